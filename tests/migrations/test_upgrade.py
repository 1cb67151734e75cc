"""`flask db upgrade` builds the schema, says what it does, and can be repeated."""

from urllib.parse import quote

import psycopg
import pytest
from yoyo import read_migrations

from courseapp import migrate
from courseapp.yoyo_backend import locked_backend

TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename !~ 'yoyo'"


def tables(conn):
    return {name for (name,) in conn.execute(TABLES)}


def test_an_empty_database_gets_every_migration(empty_database, flask_db, connect):
    result = flask_db(empty_database, "upgrade")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line.split()[1] for line in lines] == list(migrate.MIGRATIONS)
    assert all(line.startswith("applied ") and line.endswith(" s") for line in lines)
    assert {"users", "lesson_progress", "certificates"} <= tables(connect(empty_database))


def test_a_second_upgrade_changes_nothing(migrated_database, flask_db, connect):
    record = "select * from _yoyo_migration order by migration_id"
    conn = connect(migrated_database)
    before = conn.execute(record).fetchall()
    result = flask_db(migrated_database, "upgrade")
    assert result.output == "nothing to apply: the database is up to date\n"
    assert result.exit_code == 0
    assert conn.execute(record).fetchall() == before


def test_only_what_is_missing_is_applied(empty_database, folder):
    assert migrate.upgrade(empty_database, folder(**{"0001_a": "create table a ()"})) == ["0001_a"]
    files = folder(**{"0002_b": "-- depends: 0001_a\ncreate table b ()", "0003_c": "select 1"})
    assert migrate.upgrade(empty_database, files) == ["0002_b", "0003_c"]


def test_the_search_function_folds_case_and_accents(conn):
    assert conn.execute("select fold_for_search('Żółw ĄĘ')").fetchone() == ("zolw ae",)


def test_bodies_with_semicolons_quotes_and_percent_signs_stay_whole(
    empty_database, folder, connect
):
    text = """
        -- A comment's apostrophe; and a semicolon.
        create function one() returns integer language plpgsql as $body$
        begin
            if true then perform 1; end if;
            return case when 1 % 2 = 1 then 1 else 0 end; -- it's :one
        end;
        $body$;
        create function two() returns integer begin atomic select 1; select 2; end;
        do $$ begin for i in 1..2 loop perform i; end loop; end $$;
        create table three ("end" text default $$;$$, b text default '%s; %');
        insert into three default values;
    """
    migrate.upgrade(empty_database, folder(**{"0001_bodies": text}))
    conn = connect(empty_database)
    assert conn.execute("select one(), two(), three.* from three").fetchone() == (
        1,
        2,
        ";",
        "%s; %",
    )


def test_rows_of_a_select_are_not_printed(empty_database, folder, capsys):
    migrate.upgrade(empty_database, folder(**{"0001_a": "select 'noise'"}), say=str)
    assert capsys.readouterr() == ("", "")


def test_what_a_migration_sets_does_not_reach_the_next(empty_database, folder, connect):
    files = folder(
        **{
            "0001_a": "create schema s; set search_path = s; set lock_timeout = 0",
            "0002_b": "create table b as select current_setting('lock_timeout') as lock_timeout",
        }
    )
    migrate.upgrade(empty_database, files)
    assert connect(empty_database).execute("select * from public.b").fetchone() == ("1s",)


def test_lock_and_statement_timeouts_hold_for_migrations(environ):
    with locked_backend(environ["DATABASE_OWNER_URL"], say=str) as backend:
        settings = [
            backend.connection.execute(f"show {name}_timeout").fetchone()[0]
            for name in ("lock", "statement")
        ]
    assert settings == ["1s", "15min"]


def test_options_in_the_url_win(environ):
    url = f"{environ['DATABASE_OWNER_URL']}&options=-c%20statement_timeout%3D2h"
    with locked_backend(url, say=str) as backend:
        assert backend.connection.execute("show statement_timeout").fetchone() == ("2h",)
        assert backend.connection.execute("show lock_timeout").fetchone() == ("1s",)


def test_any_password_and_a_socket_folder_in_the_url_arrive(conn):
    password = "p@ss:/?#%&= +'\\ż"
    info = conn.info
    url = (
        f"postgresql://{quote(info.user, safe='')}:{quote(password, safe='')}@:{info.port}"
        f"/{info.dbname}?host={quote(info.host, safe='')}"
    )
    if not info.host.startswith("/"):
        pytest.skip("the server of the tests has no socket")
    with locked_backend(url, say=str) as backend:
        assert backend.connection.info.password == password
        assert backend.connection.info.host == info.host


def test_a_stale_lock_row_of_the_migration_tool_stops_nobody(empty_database, folder, connect):
    connect(empty_database).execute(
        "create table yoyo_lock (locked integer primary key, ctime timestamp, pid integer);"
        "insert into yoyo_lock values (1, now(), 1)"
    )
    assert migrate.upgrade(empty_database, folder(**{"0001_a": "select 1"})) == ["0001_a"]


def test_an_unreachable_database_is_one_line_without_the_password(flask_db):
    result = flask_db("postgresql://someone:s3cret@127.0.0.1:1/nowhere", "upgrade")
    assert result.exit_code == 1
    assert result.output.startswith("Error: the database: ")
    assert len(result.output.splitlines()) == 1
    assert "127.0.0.1" in result.output
    assert "s3cret" not in result.output


@pytest.mark.parametrize("command", ["upgrade", "status", "rollback", "verify-indexes"])
def test_a_url_that_cannot_be_read_is_not_quoted(flask_db, command):
    result = flask_db("postgresql://someone:s3cret%zz@localhost/nowhere", command)
    assert result.exit_code == 1
    assert result.output == "Error: DATABASE_OWNER_URL is no valid database URL\n"


def test_a_role_that_may_not_create_tables_is_told_so(empty_database, flask_db, connect):
    conn = connect(empty_database)
    role = f"nobody_{conn.info.dbname}"
    conn.execute(f"create role {role} login")
    try:
        result = flask_db(f"{empty_database}&options=-c%20role%3D{role}", "upgrade")
    finally:
        conn.execute(f"drop role {role}")
    assert result.exit_code == 1
    assert "permission denied for schema public" in result.output


def test_this_version_counts_the_migrations_that_would_be_applied():
    assert [m.id for m in read_migrations(str(migrate.FOLDER))] == list(migrate.MIGRATIONS)


def test_a_database_that_was_never_migrated_lacks_everything(empty_database, connect):
    assert migrate.pending(connect(empty_database)) == list(migrate.MIGRATIONS)


def test_a_database_newer_than_the_code_is_ready(migrated_database, connect, flask_db):
    conn = connect(migrated_database)
    conn.execute("insert into _yoyo_migration values ('x', '9999_future', now())")
    assert migrate.pending(conn) == []
    result = flask_db(migrated_database, "status")
    assert result.exit_code == 0
    assert "9999_future" in result.output
    assert "(by another version)" in result.output


def test_readiness_costs_one_statement(environ):
    class Counting(psycopg.Cursor):
        sent = 0

        def execute(self, *args, **kwargs):
            Counting.sent += 1
            return super().execute(*args, **kwargs)

    url = environ["DATABASE_OWNER_URL"]
    with psycopg.connect(url, autocommit=True, cursor_factory=Counting) as conn:
        assert migrate.pending(conn) == []
    assert Counting.sent == 1
