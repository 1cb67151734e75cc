"""A migration that fails names itself and leaves nothing half done."""

import threading
import time

import psycopg
import pytest

from courseapp import migrate
from courseapp.db import REQUEST_OPTIONS, conninfo
from courseapp.yoyo_backend import locked_backend

SECONDS = "select current_setting('lock_timeout')::interval"


def test_a_failing_migration_names_its_file_and_leaves_nothing(empty_database, folder, connect):
    files = folder(**{"0001_a": "create table a ()", "0002_b": "create table b (); select nope()"})
    said = []
    with pytest.raises(migrate.MigrationError) as failure:
        migrate.upgrade(empty_database, files, said.append)
    message = failure.value.message
    assert message.startswith("0002_b.sql failed: function nope() does not exist\nLINE 1: ")
    assert message.endswith("\nNothing of it was kept.")
    assert [line.split()[1] for line in said] == ["0001_a"]
    conn = connect(empty_database)
    assert conn.execute("select to_regclass('a') is null, to_regclass('b') is null").fetchone() == (
        False,
        True,
    )
    assert list(migrate.applied(conn)) == ["0001_a"]


def test_a_failure_at_commit_leaves_nothing(empty_database, folder, connect):
    text = """
        create table a (id integer primary key);
        create table b (id integer references a deferrable initially deferred);
        insert into b values (1);
    """
    with pytest.raises(migrate.MigrationError, match=r"0001_a\.sql failed: insert or update on"):
        migrate.upgrade(empty_database, folder(**{"0001_a": text}))
    conn = connect(empty_database)
    assert migrate.applied(conn) == {}
    assert conn.execute("select to_regclass('a')").fetchone() == (None,)


def test_the_command_exits_with_1_and_shows_no_traceback(empty_database, flask_db, connect):
    connect(empty_database).execute("create table users ()")
    result = flask_db(empty_database, "upgrade")
    assert result.exit_code == 1
    assert result.output.startswith(
        f'Error: {migrate.MIGRATIONS[0]}.sql failed: relation "users" already exists'
    )
    assert "Traceback" not in result.output


def test_a_migration_without_a_transaction_says_that_something_may_be_left(
    empty_database, folder, capfd
):
    text = "-- transactional: false\ncreate table a ();\nselect nope();"
    with pytest.raises(migrate.MigrationError, match="is not transactional: what it had done may"):
        migrate.upgrade(empty_database, folder(**{"0001_a": text}))
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "text", ["-- transactional: maybe\nselect 1", "-- depends: 0000_nothing\nselect 1"]
)
def test_a_file_that_cannot_be_read_is_named(empty_database, folder, text):
    with pytest.raises(migrate.MigrationError, match=r"0001_a\.sql cannot be read"):
        migrate.upgrade(empty_database, folder(**{"0001_a": text}))


def test_a_busy_table_ends_the_wait_and_says_so(migrated_database, folder, connect, monkeypatch):
    monkeypatch.setattr(migrate, "RETRY_SECONDS", (0.05, 0.05))
    holder = connect(migrated_database)
    holder.execute("begin; lock table users")
    url = f"{migrated_database}&options=-c%20lock_timeout%3D100ms"
    files = folder(**{"0900_x": "alter table users add column x integer"})
    with pytest.raises(migrate.MigrationError, match=r"lock timeout(.|\n)*Another transaction"):
        migrate.upgrade(url, files)


def test_a_table_that_is_busy_for_a_while_is_tried_again(migrated_database, folder, connect):
    holder = connect(migrated_database)
    holder.execute("begin; lock table users")
    lines = []

    def say(line):
        lines.append(line)
        if "in use" in line:
            holder.execute("rollback")

    files = folder(**{"0900_x": "alter table users add column x integer"})
    assert migrate.upgrade(migrated_database, files, say) == ["0900_x"]
    assert "0900_x.sql: a table is in use; trying again in 1 s" in lines


def test_a_migration_waits_for_a_lock_less_long_than_the_service(migrated_database):
    with locked_backend(migrated_database, print) as backend:
        mine = backend.connection.execute(SECONDS).fetchone()
    with psycopg.connect(conninfo(migrated_database, REQUEST_OPTIONS)) as conn:
        assert mine < conn.execute(SECONDS).fetchone()


@pytest.mark.parametrize("what", ["migrating", "waiting"])
def test_a_connection_that_is_cut_is_an_error_and_not_a_hang(empty_database, folder, connect, what):
    conn = connect(empty_database)
    if what == "waiting":
        conn.execute("select pg_advisory_lock(7203415680014)")
    files = folder(**{"0001_a": "create table a (); select pg_sleep(30)"})
    errors = []

    def run():
        try:
            migrate.upgrade(empty_database, files)
        except Exception as error:
            errors.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    cut = """
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query ~ %s and pid <> pg_backend_pid()
    """
    query = r"^select pg_sleep" if what == "migrating" else "try_migration_lock"
    while not conn.execute(cut, [query]).fetchall():
        time.sleep(0.02)
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert "terminating connection due to administrator command" in errors[0]
    assert migrate.applied(conn) == {}
