"""Fixtures of the tests of the commands."""

import pytest


@pytest.fixture(scope="module")
def seeded(app):
    """What `flask seed demo` said when it filled this module's database."""
    return app.test_cli_runner().invoke(args=["seed", "demo"])


@pytest.fixture
def rows(conn):
    return lambda query: conn.execute(query).fetchall()


@pytest.fixture
def value(conn):
    return lambda query: conn.execute(query).fetchone()[0]
