"""yoyo-migrations on one connection, which also holds the lock that lets one run migrate."""

import io
import logging
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from datetime import UTC, datetime

import psycopg
from psycopg.conninfo import conninfo_to_dict
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI
from yoyo.migrations import default_migration_table

from courseapp.db import conninfo, queries

# lock_timeout is below the service's: who waits for a table's lock holds up everybody who comes
# after. The last one makes a lock end with its killed owner, even amid a long statement.
OPTIONS = (
    "-c TimeZone=UTC -c lock_timeout=1s -c statement_timeout=15min"
    " -c client_connection_check_interval=1s"
)
# A server that vanished is noticed within a minute. The URL may say otherwise.
PATIENCE = {
    "application_name": "courseapp-migrate",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
POLL_SECONDS = 0.2

# yoyo logs what we report, and with tracebacks.
logging.getLogger("yoyo.migrations").addHandler(logging.NullHandler())
logging.getLogger("yoyo.migrations").propagate = False


class Backend(PostgresqlPsycopgBackend):
    """Applies a migration and records it in one transaction, on the connection of the lock."""

    @contextmanager
    def lock(self, timeout=10):
        """Nothing: the advisory lock guards everything, and yoyo's row outlives a crash."""
        yield

    def apply_one(self, migration, force=False, mark=True):
        self._run(migration, "apply", self.mark_one)

    def rollback_one(self, migration, force=False):
        self._run(migration, "rollback", self.unmark_one)

    def _run(self, migration, direction, record):
        with self.transaction() if migration.use_transactions else nullcontext():
            with redirect_stdout(io.StringIO()):  # yoyo prints the rows of every select
                migration.process_steps(self, direction)
            queries.db.reset_settings(self.connection)
            self.log_migration(migration, direction)
            record(migration, log=False)

    def get_log_data(self, migration, operation):
        # yoyo's own fails in a container whose user has no name, and waits for the DNS.
        return {
            "id": str(uuid.uuid4()),
            "migration_id": migration.id,
            "migration_hash": migration.hash,
            "username": self.connection.info.user,
            "hostname": socket.gethostname(),
            "created_at_utc": datetime.now(UTC).replace(tzinfo=None),
            "operation": operation,
        }


@contextmanager
def locked_backend(url: str, say: Callable[[str], object]) -> Iterator[Backend]:
    """Connect, and wait until no other run migrates. The connection's end releases the lock.

    :raise psycopg.OperationalError: if the server cannot be reached, or goes away meanwhile.
    """
    # Given as libpq's parameters, because yoyo's own parser knows fewer URLs than libpq does.
    parameters = PATIENCE | conninfo_to_dict(conninfo(url, OPTIONS))
    uri = DatabaseURI("postgresql+psycopg", None, None, None, None, None, parameters)
    with Backend(uri, default_migration_table) as backend:
        _wait_for_lock(backend.connection, say)
        yield backend


def _wait_for_lock(conn: psycopg.Connection, say: Callable[[str], object]) -> None:
    started, said = time.monotonic(), False
    while not queries.db.try_migration_lock(conn):
        if not said and time.monotonic() - started > 1:
            say("waiting for another migration run")
            said = True
        time.sleep(POLL_SECONDS)
