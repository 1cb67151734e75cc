"""A plugin of pytest: a database with a million lessons begun, for tests that only read it."""

import conftest
import psycopg
import pytest

from courseapp import create_app

ARGUMENTS = {"users": 10_000, "courses": 200, "progress": 1_000_000}
SMALL = {"users": 300, "courses": 30, "progress": 20_000}


def options(arguments):
    """`{"users": 300}` as `["--users", "300"]`."""
    return [word for name, value in arguments.items() for word in (f"--{name}", str(value))]


def load(app, **arguments):
    """What `flask seed load` answers."""
    return app.test_cli_runner().invoke(args=["seed", "load", *options(arguments)])


@pytest.fixture(scope="session")
def loaded_database(server_urls, template_database, service_login):
    """The settings of an app on that database, analysed and vacuumed. Leave it as it is."""
    with conftest.temporary_environ(server_urls, template_database, service_login) as environ:
        answer = load(create_app(environ), **ARGUMENTS)
        assert answer.exit_code == 0, answer.output
        yield environ


@pytest.fixture(scope="module")
def loaded(loaded_database):
    """A connection as the owner of that database, on which nothing can be written."""
    with psycopg.connect(loaded_database["DATABASE_OWNER_URL"], autocommit=True) as conn:
        conn.execute("set default_transaction_read_only = on")
        yield conn
