"""Connections as a member of each group, to the module's database with one row of everything."""

import builders
import psycopg
import pytest
from conftest import database_url, temporary_environ, temporary_login
from psycopg.conninfo import conninfo_to_dict

from courseapp import migrate


@pytest.fixture(scope="module")
def environ(server_urls, service_login):
    """The settings of an app on a database that was migrated itself.

    A copy lacks the rights to the database as such.
    """
    with temporary_environ(server_urls, "template1", service_login) as settings:
        migrate.upgrade(settings["DATABASE_OWNER_URL"], say=str)
        yield settings


@pytest.fixture(scope="module")
def rows(conn):
    """A learner with points in the ledger, and an entry in the audit trail."""
    learner = builders.make_user(conn)
    conn.execute(
        "insert into points_history (user_id, points, reason, source_id)"
        " values (%s, 10, 'lesson_completed', 1)",
        [learner.id],
    )
    conn.execute("insert into audit_log (action, target_type) values ('looked', 'user')")


@pytest.fixture(scope="module")
def service(environ, rows):
    """A connection as the running service has it."""
    with psycopg.connect(environ["DATABASE_URL"], autocommit=True) as conn:
        yield conn


@pytest.fixture(scope="module")
def readonly(environ, rows):
    """A connection as people and reports have it."""
    url = environ["DATABASE_OWNER_URL"]
    with temporary_login(url, "courseapp_readonly") as login:
        url = database_url(url, conninfo_to_dict(url)["dbname"], **login)
        with psycopg.connect(url, autocommit=True) as conn:
            yield conn
