"""Fixtures of the tests of `flask db explain`."""

import psycopg
import pytest
from loaded import load

from courseapp import create_app
from courseapp.db import configure, queries
from courseapp.explain_cases import find_cases
from courseapp.sql_headers import read_headers

HEADERS = read_headers()
SERVED = {name: header for name, header in HEADERS.items() if header.serves_requests}


class Plans:
    """Measures queries on a database, of which it looks up once whom to measure with."""

    def __init__(self, environ):
        self.app = create_app(environ)
        with psycopg.connect(environ["DATABASE_OWNER_URL"], autocommit=True) as conn:
            configure(conn)
            self.sizes = dict(queries.explain.list_big_tables(conn))
            self.cases = find_cases(conn)


@pytest.fixture(scope="session")
def big(loaded_database):
    """What measures on a million lessons begun."""
    return Plans(loaded_database)


@pytest.fixture(scope="module")
def middling(app, environ):
    """What measures on the module's own database, loaded so that tests may spoil it.

    Without autovacuum: measuring leaves dead rows, and tidying them up would change the plans.
    """
    answer = load(app, users=2_000, courses=60, progress=100_000)
    assert answer.exit_code == 0, answer.output
    with psycopg.connect(environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        tables = owner.execute("select tablename from pg_tables where schemaname = 'public'")
        for (table,) in tables.fetchall():
            owner.execute(f"alter table {table} set (autovacuum_enabled = off)")
    return Plans(environ)
