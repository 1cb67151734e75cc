"""`flask db rollback` takes back the newest migrations, or says why it cannot."""

import re

import pytest

from courseapp import migrate

SHAPE = """
    select table_name, column_name, data_type from information_schema.columns
    where table_schema = 'public'
    union all select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'
    union all select 'function', proname, prosrc from pg_proc
    where pronamespace = 'public'::regnamespace
    order by 1, 2, 3
"""


def test_every_migration_rolls_back_and_comes_again(migrated_database, connect):
    conn = connect(migrated_database)
    full = conn.execute(SHAPE).fetchall()
    for count in range(1, len(migrate.MIGRATIONS) + 1):
        names = migrate.newest(conn, count)
        migrate.rollback(migrated_database, names)
        left = conn.execute(SHAPE).fetchall()
        assert migrate.upgrade(migrated_database) == names[::-1]
        assert conn.execute(SHAPE).fetchall() == full
    assert {table for table, *_ in left} == {"_yoyo_log", "_yoyo_migration", "_yoyo_version"}


@pytest.mark.parametrize("name", migrate.MIGRATIONS)
def test_every_migration_is_reversible_or_says_why_not(name):
    reason = re.search(
        r"^-- irreversible: *\S", (migrate.FOLDER / f"{name}.sql").read_text("utf-8"), re.MULTILINE
    )
    assert (migrate.FOLDER / f"{name}.rollback.sql").is_file() or reason


def test_it_asks_first(migrated_database, flask_db, connect):
    result = flask_db(migrated_database, "rollback", "--count", "2", answer="n\n")
    assert result.exit_code == 1
    last, before = migrate.MIGRATIONS[-1], migrate.MIGRATIONS[-2]
    assert f"Roll back {last}, {before} and lose the data in it?" in result.output
    assert migrate.pending(connect(migrated_database)) == []


def test_yes_does_not_ask(migrated_database, flask_db, connect):
    result = flask_db(migrated_database, "rollback", "--yes")
    assert result.exit_code == 0
    assert result.output.startswith(f"rolled back {migrate.MIGRATIONS[-1]} in ")
    assert migrate.pending(connect(migrated_database)) == [migrate.MIGRATIONS[-1]]


def test_an_empty_database_has_nothing_to_roll_back(empty_database, flask_db):
    result = flask_db(empty_database, "rollback", "--yes")
    assert (result.exit_code, result.output) == (0, "nothing to roll back\n")


def test_an_irreversible_migration_says_why(empty_database, folder, connect):
    files = folder(**{"0001_a": "-- irreversible: the old codes are gone\nselect 1"})
    migrate.upgrade(empty_database, files)
    with pytest.raises(
        migrate.MigrationError, match=r"0001_a cannot be .*: the old codes are gone"
    ):
        migrate.newest(connect(empty_database), 1, files)


def test_a_missing_rollback_file_is_named_before_anything_is_done(empty_database, folder, connect):
    files = folder(
        **{"0001_a": "create table a ()", "0002_b": "select 1", "0002_b.rollback": "select 1"}
    )
    migrate.upgrade(empty_database, files)
    with pytest.raises(migrate.MigrationError, match=r"there is no 0001_a\.rollback\.sql"):
        migrate.newest(connect(empty_database), 2, files)


def test_a_migration_of_a_newer_version_is_left_alone(migrated_database, flask_db, connect):
    connect(migrated_database).execute(
        "insert into _yoyo_migration values ('x', '9999_future', now())"
    )
    result = flask_db(migrated_database, "rollback", "--yes")
    assert result.exit_code == 1
    assert "9999_future is of another version" in result.output


def test_what_changed_while_somebody_was_asked_is_not_rolled_back(migrated_database, connect):
    conn = connect(migrated_database)
    names = migrate.newest(conn, 1)
    migrate.rollback(migrated_database, names)
    with pytest.raises(migrate.MigrationError, match="meanwhile"):
        migrate.rollback(migrated_database, names)


def test_a_failing_rollback_keeps_everything(empty_database, folder, connect):
    files = folder(
        **{"0001_a": "create table a ()", "0001_a.rollback": "drop table a; drop table nothing"}
    )
    migrate.upgrade(empty_database, files)
    with pytest.raises(migrate.MigrationError, match=r'0001_a\.rollback\.sql .*"nothing" does not'):
        migrate.rollback(empty_database, ["0001_a"], files)
    conn = connect(empty_database)
    assert conn.execute("select count(*) from a").fetchone() == (0,)
    assert list(migrate.applied(conn)) == ["0001_a"]
