"""An upgrade from any earlier version keeps every row, and so does taking it back."""

import shutil

import pytest
from old_rows import ROWS
from psycopg import sql

from courseapp import migrate
from courseapp.devschema import dump

EARLIER = migrate.MIGRATIONS[:-1]


@pytest.fixture
def build(connect, tmp_path):
    """Make an empty database one of version `name`, with rows in all its tables."""

    def build(url, name):
        for earlier in migrate.MIGRATIONS[: migrate.MIGRATIONS.index(name) + 1]:
            for file in migrate.FOLDER.glob(f"{earlier}.*"):
                shutil.copy(file, tmp_path)
            assert migrate.upgrade(url, tmp_path, say=str) == [earlier]
            if earlier in ROWS:
                connect(url).execute(ROWS[earlier])
        return connect(url)

    return build


def contents(conn):
    """Every row of every table, as a dictionary, by table."""
    tables = conn.execute(
        "select tablename from pg_tables where schemaname = 'public' and tablename !~ 'yoyo'"
    ).fetchall()
    rows = sql.SQL("select to_jsonb(t) from {} as t order by t::text")
    return {
        table: [row for (row,) in conn.execute(rows.format(sql.Identifier(table)))]
        for (table,) in tables
    }


def lost(before, after):
    """The rows of `before` that `after` lacks, or has with another value in a column they had."""
    return [
        (table, row)
        for table, rows in before.items()
        for row in rows
        if not any(row.items() <= other.items() for other in after.get(table, []))
    ]


def test_every_table_of_every_version_has_rows_here(empty_database, build):
    newest = contents(build(empty_database, migrate.MIGRATIONS[-1]))
    assert [table for table, rows in newest.items() if not rows] == []
    assert ROWS.keys() <= set(migrate.MIGRATIONS)


@pytest.mark.parametrize("version", EARLIER)
def test_an_upgrade_from_an_earlier_version_keeps_the_data_and_goes_back(
    version, empty_database, build
):
    conn = build(empty_database, version)
    before, schema = contents(conn), dump(empty_database)
    later = migrate.upgrade(empty_database, say=str)
    after = contents(conn)
    assert lost(before, after) == []
    # Migrations may bring the first achievements, and nothing else that nobody asked for.
    grown = {table for table in before if len(after[table]) != len(before[table])}
    assert grown <= {"achievements"}
    migrate.rollback(empty_database, migrate.newest(conn, len(later)), say=str)
    assert contents(conn) == before
    assert dump(empty_database) == schema


def test_a_change_that_loses_data_would_be_noticed(empty_database, build):
    conn = build(empty_database, migrate.MIGRATIONS[-1])
    before = contents(conn)
    for statement in (
        "delete from sessions where revoked_at is not null",
        "update users set locale = 'en'",
        "alter table lessons drop column body",
        "drop table user_activity_days",
    ):
        with conn.transaction(force_rollback=True):
            conn.execute(statement)
            assert lost(before, contents(conn)), statement
