"""courseapp_service changes rows, and neither tables nor what has been written down for good."""

import psycopg
import pytest

FORBIDDEN = [
    # Tables and whatever else a schema has.
    "create table t (id bigint)",
    "create table t as select 1 as id",
    "create temporary table t (id bigint)",
    "create table pg_temp.t as select 1 as id",
    "create view v as select 1 as id",
    "create function f() returns integer return 1",
    "create sequence s",
    "create type t as enum ('a')",
    "create schema s",
    "drop extension plpgsql",
    "create index idx_users_role on users (role)",
    "drop index idx_lessons_module_id",
    "drop table certificates",
    "alter table users add column nickname text",
    "alter table points_history disable trigger all",
    "alter index idx_lessons_module_id rename to i",
    "comment on table users is 'x'",
    "create trigger t before delete on users for each row execute function f()",
    "create role r",
    "set role courseapp_readonly",
    # The ledger and the audit trail only grow.
    "update points_history set points = 1000000",
    "delete from points_history",
    "truncate points_history",
    "select from points_history for update",
    "merge into points_history as p using (select 1) as s on true when matched then delete",
    "insert into points_history (user_id, points, reason, source_id)"
    " select user_id, 1, reason, source_id from points_history"
    " on conflict on constraint idx_points_history_user_reason_source do update set points = 2",
    "update audit_log set action = 'nothing'",
    "delete from audit_log",
    "truncate audit_log",
    # What only a DBA or a migration changes.
    "insert into levels values (99, 1000000)",
    "update levels set min_points = min_points + 1",
    "delete from levels",
    "insert into _yoyo_migration values ('x', '9999_future', now())",
    "delete from _yoyo_migration",
    "truncate users cascade",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_it_may_not(service, statement):
    with (
        pytest.raises(
            psycopg.errors.InsufficientPrivilege, match=r"permission denied|must be owner"
        ),
        service.transaction(force_rollback=True),
    ):
        service.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "select password_hash from users",
        "update users set full_name = 'Ada'",
        "delete from enrollments",
        "insert into points_history (user_id, points, reason, source_id)"
        " select id, 1, 'correction', 1 from users where false",
        "insert into audit_log (action, target_type) values ('x', 'user')",
        "select * from levels",
        "select migration_id from _yoyo_migration",
    ],
)
def test_it_may(service, statement):
    with service.transaction(force_rollback=True):
        service.execute(statement)


def test_the_app_of_the_tests_is_such_a_role(app, conn):
    with app.extensions["database"].connection() as lent:
        [user, is_superuser, is_member] = lent.execute(
            "select session_user, rolsuper, pg_has_role('courseapp_service', 'member')"
            " from pg_roles where rolname = session_user"
        ).fetchone()
    assert (is_superuser, is_member) == (False, True)
    assert user != conn.info.user


def test_it_may_use_the_tables_of_later_migrations(service, conn):
    with_later = "create table later (id bigint generated always as identity primary key, x text)"
    conn.execute(with_later)
    try:
        service.execute("insert into later (x) values ('a')")
        service.execute("update later set x = 'b'")
        service.execute("delete from later")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute("truncate later")
    finally:
        conn.execute("drop table later")
