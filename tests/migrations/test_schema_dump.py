"""migrations/expected/schema.sql is what the migrations build, on any supported PostgreSQL."""

import pytest

from courseapp.devschema import SCHEMA, dump

EXPECTED = SCHEMA.read_text("utf-8")


def test_the_migrations_build_what_the_dump_says(migrated_database):
    assert dump(migrated_database) == EXPECTED, "run `make schema` and look at what it changes"


@pytest.mark.usefixtures("template_database")  # which has made the roles
def test_the_dump_builds_the_same(empty_database, connect):
    connect(empty_database).execute(EXPECTED)
    assert dump(empty_database) == EXPECTED


@pytest.mark.parametrize(
    "change",
    [
        "alter table users add nickname text",
        "alter table users alter locale drop default",
        "alter table enrollments set (fillfactor = 100)",
        "alter table lessons drop constraint lessons_points_check",
        "drop index idx_lessons_module_id",
        "grant delete on points_history to courseapp_service",
        "grant select (password_hash) on users to courseapp_readonly",
        "create function one() returns integer return 1",
    ],
)
def test_a_stale_dump_is_noticed(migrated_database, connect, change):
    connect(migrated_database).execute(change)
    assert dump(migrated_database) != EXPECTED


def test_every_key_is_a_bigint(conn):
    narrow = conn.execute("""
        select attrelid::regclass, attname from pg_attribute
        inner join pg_class on attrelid = pg_class.oid
        where
            relnamespace = 'public'::regnamespace and relkind = 'r' and relname !~ 'yoyo'
            and attname ~ '(^|_)id$' and atttypid in ('integer'::regtype, 'smallint'::regtype)
    """)
    assert narrow.fetchall() == []
