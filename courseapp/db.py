"""The pool of connections, and the statements of sql/."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import aiosql
import psycopg
from aiosql.adapters.pyformat import PyFormatAdapter
from flask import Flask, current_app
from psycopg import Connection
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.numeric import Int8Dumper
from psycopg_pool import ConnectionPool

from courseapp.config import RESOURCES

# Above any statement of a request, below the proxy's patience. A completion relies on each
# statement having a snapshot of its own.
REQUEST_OPTIONS = (
    "-c TimeZone=UTC -c statement_timeout=5s -c lock_timeout=2s"
    " -c idle_in_transaction_session_timeout=10s"
    " -c default_transaction_isolation=read\\ committed"
)
# statement_timeout is the server's. A host that vanished is noticed by these, within seconds;
# without them a thread would wait for minutes or hours.
PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}

# How the service talks to the server: every statement prepared at its first use.
SERVICE = {"autocommit": True, "prepare_threshold": 0}


class _TaggedAdapter(PyFormatAdapter):
    """Puts the name of its file in front of each statement, for the server's logs.

    And leaves out the indentation: psycopg parses texts of more than 4,096 bytes anew each time,
    see docs/decisions/0008-where-the-time-of-a-request-goes.md.
    """

    def process_sql(self, query_name, op_type, sql):
        lines = super().process_sql(query_name, op_type, sql).splitlines()
        return f"/* {query_name} */ " + "\n".join(line.strip() for line in lines)


class _JsonBytes(Loader):
    """Hands a `json` value on as the bytes that PostgreSQL built."""

    def load(self, data):
        return bytes(data)


# Every statement of the service: queries.<folder>.<file>(conn, name=value, …).
queries = aiosql.from_path(RESOURCES / "sql", _TaggedAdapter)


def configure(conn: Connection) -> None:
    """Make `conn` return `json` values as the server's bytes (`jsonb` is parsed as usual).

    And send every integer as bigint: psycopg would choose the type by the
    value, and the server would then prepare each statement several times.
    """
    conn.adapters.register_loader("json", _JsonBytes)
    conn.adapters.register_dumper(int, Int8Dumper)


def conninfo(url: str, options: str, **defaults: str) -> str:
    """`url` with `options` (as of the libpq parameter) before those it has, and `defaults`."""
    given = conninfo_to_dict(url)
    options = f"{options} {given.pop('options', '')}".strip()
    return make_conninfo(**defaults | given, options=options)


class Database:
    """The connections of one worker process. Opens nothing until it is asked to."""

    def __init__(self, url: str, size: int, timeout: float, options: str = REQUEST_OPTIONS):
        self.pool = ConnectionPool(
            conninfo(url, options, application_name="courseapp", **PATIENCE),
            kwargs=SERVICE,
            configure=configure,
            min_size=size,
            max_size=size,
            timeout=timeout,
            max_waiting=100,
            # Tries come at doubling intervals: after five minutes without a server the
            # next would be two minutes away. Given up, a request starts them anew.
            reconnect_timeout=5,
            open=False,
        )

    def open(self) -> None:
        """Start connecting, in the background. Only after a fork, never before one."""
        self.pool.open()

    def close(self) -> None:
        """Close every connection; waits for those that are in use."""
        if not self.pool.closed:
            self.pool.close()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection in autocommit mode.

        :raise psycopg_pool.PoolTimeout: if none is free in time.
        """
        if self.pool.closed:
            self.open()
        with self.pool.connection() as conn:
            try:
                yield conn
            except psycopg.OperationalError:
                # One lost its server, so the idle ones probably have, too: one request
                # fails then, instead of one for each of them.
                if conn.broken:
                    self.pool.check()
                raise


def init_app(app: Flask) -> None:
    """Give the app its database, still closed."""
    app.extensions["database"] = Database(
        app.config["DATABASE_URL"],
        app.config["DATABASE_POOL_SIZE"],
        app.config["DATABASE_POOL_TIMEOUT_SECONDS"],
    )


def connection() -> AbstractContextManager[Connection]:
    """Lend a connection of the current app's pool; see :meth:`Database.connection`."""
    return current_app.extensions["database"].connection()


def connect_as_owner(app: Flask, options: str = "") -> Connection:
    """A connection of its own in autocommit mode, as the owner of the tables, for commands.

    :raise psycopg.OperationalError: if the server cannot be reached.
    """
    conn = psycopg.connect(
        conninfo(app.config["DATABASE_OWNER_URL"], options, application_name="courseapp-cli"),
        autocommit=True,
    )
    configure(conn)
    return conn


def connect_as_service(app: Flask) -> Connection:
    """A connection of its own that is like those of the service, to measure with.

    :raise psycopg.OperationalError: if the server cannot be reached.
    """
    url = conninfo(
        app.config["DATABASE_URL"], REQUEST_OPTIONS, application_name="courseapp-explain"
    )
    conn = psycopg.connect(url, **SERVICE)
    configure(conn)
    return conn
