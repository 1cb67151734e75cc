"""Real servers, a migrated database for each test module, and clients that are logged in.

With DATABASE_URL and REDIS_URL set the tests use those servers (the role must be
allowed to create databases and roles); otherwise they start their own. The app
connects as a member of courseapp_service, the tests themselves as the owner.
"""

import contextlib
import os
import random
import re
import secrets
import weakref
from urllib.parse import quote, urlencode

import builders
import psycopg
import pytest
import recorder as recording
import redis
from api_document import CheckedClient, the_document
from mux_service import MuxService
from psycopg.conninfo import conninfo_to_dict

from courseapp import create_app, migrate
from courseapp.cache import store
from courseapp.devservers import start_servers

pytest_plugins = ["authors", "npm", "credentials.independent", "loaded", "statement_log"]
SECRET_KEYS = secrets.token_hex(32)


@pytest.fixture(scope="session")
def server_urls(tmp_path_factory):
    """DATABASE_URL and REDIS_URL of servers on which the tests may make databases."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        yield {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
        return
    with start_servers(tmp_path_factory.mktemp("servers"), durable=False) as urls:
        yield urls


@pytest.fixture(scope="session")
def mux():
    """The stand-in for Mux."""
    with MuxService() as service:
        yield service


@contextlib.contextmanager
def temporary_database(server_url, template="template1"):
    """A new database on the server, as a copy of `template`; yields its URL."""
    name = f"courseapp_test_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f"create database {name} template {template}")
        try:
            yield database_url(server_url, name)
        finally:
            admin.execute(f"drop database {name} with (force)")


def database_url(server_url, name, **parameters):
    """`server_url` leading to the database `name`, with other `parameters` of libpq."""
    parameters = conninfo_to_dict(server_url) | {"dbname": name} | parameters
    return f"postgresql://?{urlencode(parameters, quote_via=quote)}"


@contextlib.contextmanager
def temporary_login(server_url, group):
    """A new role that may log in and is a member of `group`; yields its user and password."""
    user, password = f"courseapp_test_{secrets.token_hex(6)}", secrets.token_hex(16)
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f"create role {user} login password '{password}' in role {group}")
        try:
            yield {"user": user, "password": password}
        finally:
            admin.execute(f"drop role {user}")


@pytest.fixture(scope="session")
def template_database(server_urls):
    """The name of a database that has every migration and no rows of ours."""
    with temporary_database(server_urls["DATABASE_URL"]) as url:
        migrate.upgrade(url, say=lambda line: None)
        yield conninfo_to_dict(url)["dbname"]


@pytest.fixture(scope="session")
def service_login(server_urls, template_database):
    """User and password of a member of courseapp_service, which the migrations have made."""
    with temporary_login(server_urls["DATABASE_URL"], "courseapp_service") as login:
        yield login


def cache_url(redis_url, database=1):
    """Another database of the Redis at `redis_url`."""
    url, _, query = redis_url.partition("?")
    parameters = [part for part in query.split("&") if part and not part.startswith("db=")]
    if url.startswith("unix:"):
        return f"{url}?{'&'.join([*parameters, f'db={database}'])}"
    return re.sub(r"(//[^/]*)(/\d*)?$", rf"\1/{database}", url)


@contextlib.contextmanager
def temporary_environ(server_urls, template_database, service_login):
    """The settings of an app on a new database."""
    redis.Redis.from_url(cache_url(server_urls["REDIS_URL"])).flushdb()
    with temporary_database(server_urls["DATABASE_URL"], template_database) as url:
        yield {
            "APP_ENV": "development",
            "DATABASE_URL": database_url(url, conninfo_to_dict(url)["dbname"], **service_login),
            "DATABASE_OWNER_URL": url,
            "REDIS_URL": server_urls["REDIS_URL"],
            "CACHE_REDIS_URL": cache_url(server_urls["REDIS_URL"]),
            "SECRET_KEYS": SECRET_KEYS,
        }


@pytest.fixture(scope="module")
def environ(server_urls, template_database, service_login, mux):
    """The settings of an app on a fresh database of its own."""
    with temporary_environ(server_urls, template_database, service_login) as settings:
        yield settings | mux.settings


@pytest.fixture(scope="module")
def make_app(environ):
    """create_app with settings of one's own, every answer checked; closes the apps at the end."""
    apps = []

    # Made before, because the newest app of a process has the limiter.
    the_document()

    def make(**settings):
        app = create_app(environ | settings)
        app.test_client_class = CheckedClient
        apps.append(app)
        _apps.add(app)
        return app

    yield make
    for app in apps:
        app.extensions["database"].close()


@pytest.fixture(scope="module")
def app(make_app):
    """The app on the module's database."""
    return make_app()


@pytest.fixture
def runner(app):
    """Runs `flask` commands."""
    return app.test_cli_runner()


# All that live in this process.
_apps = weakref.WeakSet()


class PastTheService(psycopg.Connection):
    """Changes the data as a DBA does, who then drops the cache."""

    def execute(self, *args, **kwargs):
        """Execute a statement, as :meth:`psycopg.Connection.execute` does."""
        cursor = super().execute(*args, **kwargs)
        self.cache.flushdb()
        for app in list(_apps):
            with app.app_context():
                store().forget_copies()
        return cursor


@pytest.fixture(scope="module")
def conn(environ):
    """A connection to the module's database as its owner, in autocommit mode."""
    with PastTheService.connect(environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.cache = redis.Redis.from_url(environ["CACHE_REDIS_URL"])
        yield connection


@pytest.fixture
def client(app):
    """A client that is not logged in, from an address of its own."""
    return anonymous(app)


def anonymous(app):
    """A client from a random address, so that the limits of tests do not add up."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"10.{random.randrange(2**24) >> 16}." + ".".join(
        str(random.randrange(256)) for _ in range(2)
    )
    return client


@pytest.fixture
def as_user(app, conn):
    """A client that is logged in as the given user."""

    def log_in(user):
        client = anonymous(app)
        client.set_cookie("access_token", builders.access_token(app, conn, user))
        return client

    return log_in


@pytest.fixture
def learner(conn):
    """A learner."""
    return builders.make_user(conn)


@pytest.fixture
def recorder(make_app):
    """An app whose traffic with PostgreSQL and Redis is recorded: `recorder.app`."""
    return recording.Recorder(make_app())
