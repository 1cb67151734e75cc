"""`flask db status` says which migrations a database has."""

import json

from courseapp import migrate


def test_a_database_without_migrations_has_all_pending_and_stays_as_it_is(
    empty_database, flask_db, connect
):
    result = flask_db(empty_database, "status")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].split() == ["migration", "applied", "at"]
    assert [line.split() for line in lines[2:]] == [[m, "pending"] for m in migrate.MIGRATIONS]
    assert connect(empty_database).execute("select to_regclass('_yoyo_migration')").fetchone() == (
        None,
    )


def test_an_up_to_date_database_shows_when_each_was_applied(environ, flask_db):
    result = flask_db(environ["DATABASE_OWNER_URL"], "status")
    assert result.exit_code == 0
    assert result.output.count(" UTC\n") == len(migrate.MIGRATIONS)


def test_one_pending_migration_is_enough_to_exit_with_1(migrated_database, flask_db, connect):
    connect(migrated_database).execute(
        "delete from _yoyo_migration where migration_id = %s", [migrate.MIGRATIONS[-1]]
    )
    result = flask_db(migrated_database, "status", "--json")
    assert result.exit_code == 1
    rows = json.loads(result.output)
    assert [row["migration"] for row in rows] == list(migrate.MIGRATIONS)
    assert [row["applied_at"] is None for row in rows] == [False] * (len(rows) - 1) + [True]
    assert all(row["in_this_version"] for row in rows)
