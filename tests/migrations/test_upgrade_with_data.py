"""An upgrade from any earlier version keeps every row, and so does taking it back."""

import shutil
from contextlib import ExitStack

import psycopg
import pytest
from conftest import temporary_database
from old_rows import ROWS
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from courseapp import migrate
from courseapp.devschema import dump

EARLIER = migrate.MIGRATIONS[:-1]


@pytest.fixture(scope="module")
def versions(server_urls, tmp_path_factory):
    """The URL of a database of each version, with rows in all its tables."""
    server, folder = server_urls["DATABASE_URL"], tmp_path_factory.mktemp("migrations")
    with ExitStack() as stack:
        url = stack.enter_context(temporary_database(server))
        name_of_it = conninfo_to_dict(url)["dbname"]
        made = {}
        for version in migrate.MIGRATIONS:
            for file in migrate.FOLDER.glob(f"{version}.*"):
                shutil.copy(file, folder)
            assert migrate.upgrade(url, folder, say=str) == [version]
            if version in ROWS:
                with psycopg.connect(url) as conn:
                    conn.execute(ROWS[version])
            made[version] = stack.enter_context(temporary_database(server, name_of_it))
        yield made


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


def test_every_table_of_every_version_has_rows_here(versions, connect):
    newest = contents(connect(versions[migrate.MIGRATIONS[-1]]))
    assert [table for table, rows in newest.items() if not rows] == []
    assert ROWS.keys() <= set(migrate.MIGRATIONS)


@pytest.mark.parametrize("version", EARLIER)
def test_an_upgrade_from_an_earlier_version_keeps_the_data_and_goes_back(
    version, versions, connect
):
    url = versions[version]
    conn = connect(url)
    before, schema = contents(conn), dump(url)
    later = migrate.upgrade(url, say=str)
    after = contents(conn)
    assert lost(before, after) == []
    # Migrations may bring the first achievements, and nothing else that nobody asked for.
    grown = {table for table in before if len(after[table]) != len(before[table])}
    assert grown <= {"achievements"}
    migrate.rollback(url, migrate.newest(conn, len(later)), say=str)
    assert contents(conn) == before
    assert dump(url) == schema


def test_a_change_that_loses_data_would_be_noticed(versions, connect):
    conn = connect(versions[migrate.MIGRATIONS[-1]])
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
