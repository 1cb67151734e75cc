"""courseapp_readonly sees what happens on the platform, and no secret."""

import psycopg
import pytest

SECRETS = [
    "select password_hash from users",
    "select * from users",
    "select u from users as u",
    "table sessions",
    "table one_time_tokens",
    "table login_failures",
    "select user_id from sessions",
]
WRITES = [
    "insert into courses (slug, title) values ('x', 'X')",
    "update users set full_name = 'X'",
    "update points_history set points = 0",
    "delete from enrollments",
    "truncate audit_log",
    "select id from users for update",
    "create table t (id bigint)",
    "create temporary table t (id bigint)",
    "drop table courses",
    "set role courseapp_service",
]


@pytest.mark.parametrize("statement", SECRETS + WRITES)
def test_it_may_not(readonly, statement):
    with (
        pytest.raises(
            psycopg.errors.InsufficientPrivilege, match=r"permission denied|must be owner"
        ),
        readonly.transaction(force_rollback=True),
    ):
        readonly.execute(statement)


def test_it_may_read_the_tables_of_later_migrations(readonly, conn):
    conn.execute("create table later (id bigint)")
    try:
        assert readonly.execute("select * from later").fetchall() == []
    finally:
        conn.execute("drop table later")
