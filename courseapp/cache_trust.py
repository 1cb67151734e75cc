"""When a worker may believe Redis: it has looked, a moment ago, at what is still to be dropped.

And the Redis at the end of this very connection is the one that was known: one that was restarted
may have old contents, one that another service uses has other people's.
"""

import threading
import time
from collections.abc import Sequence

import redis

from courseapp.cache_lease import OWNER, lease_of
from courseapp.db import Database, queries

# A write that Redis could not be told of is acknowledged only when every worker has looked.
TRUST_SECONDS = 0.25
EVERYTHING = "*"
# More is dropped a batch at a time, and Redis is not believed before the last one.
BATCH = 5000


class Untrusted(Exception):
    """Redis may be believed soon; do without it now."""


def identify(connection) -> None:
    """When a connection is made: ask which start of Redis it leads to.

    :raise redis.ConnectionError: also for what Redis refuses; it will refuse it again
    """
    try:
        connection.on_connect()
        connection.send_command("INFO", "server")
        info = connection.read_response()
    except redis.ResponseError as error:
        raise redis.ConnectionError(f"Redis refuses the connection: {error}") from error
    connection.run_id = info.decode().partition("run_id:")[2].partition("\r\n")[0]


class Trust:
    """What this worker knows about Redis.

    :param version: of what is kept; another one empties it
    """

    def __init__(self, database: Database, version: str):
        self._database, self._version = database, version
        # The database of PostgreSQL, as Redis has it under OWNER.
        self.owner: str | None = None
        self._known: tuple[str | None, float] = (None, 0.0)
        self._renewing = threading.Lock()
        self._failure: tuple[float, Exception | None] = (0.0, None)

    def holds(self, connection) -> bool:
        """Whether to believe what this connection answers to a question that is sent now."""
        run_id, since = self._known
        return connection.run_id == run_id and time.monotonic() - since < TRUST_SECONDS

    def renew(self, connection, again: bool = False) -> None:
        """Drop what is recorded; everything, if this Redis is not the one that was known.

        :param again: also if that was a moment ago
        :raise Untrusted: if that takes longer
        :raise Exception: what one thread fails with, those that waited for it fail with too
        """
        asked = time.monotonic()
        if not self._renewing.acquire(timeout=TRUST_SECONDS):
            raise Untrusted
        try:
            if self.holds(connection) and not again:
                return
            failed, error = self._failure
            if error and failed >= asked and not again:
                raise error
            run_id, started = connection.run_id, time.monotonic()
            try:
                is_last = self._settle(connection, run_id)
            except Exception as error:
                self._failure = time.monotonic(), error
                raise
            # It may have connected anew.
            if not is_last or connection.run_id != run_id:
                raise Untrusted
            self._known = run_id, started
        finally:
            self._renewing.release()

    def _settle(self, connection, run_id: str) -> bool:
        with self._database.connection() as conn:
            known, owner, ids, keys = queries.cache.get_state(conn, batch=BATCH)
        self.owner, server = owner, f"{run_id} {self._version}"
        try:
            self._claim(connection, owner)
            if server != known or EVERYTHING in keys:
                flush = [("MULTI",), ("FLUSHDB", "ASYNC"), ("SET", OWNER, owner), ("EXEC",)]
                commands(connection, *flush)
            elif keys:
                commands(connection, ("DEL", *keys, *map(lease_of, keys)))
        except redis.ResponseError as error:
            # It will be so at the next request: a reason to stay away.
            raise redis.RedisError(f"Redis cannot be used: {error}") from error
        if server != known or ids:
            with self._database.connection() as conn:
                queries.cache.settle(conn, run_id=server, ids=ids)
        return len(ids) < BATCH

    def _claim(self, connection, owner: str) -> None:
        """Make sure that this database of Redis is for this database of PostgreSQL alone.

        :raise redis.ResponseError: if somebody else uses it
        """
        found, size = commands(connection, ("GET", OWNER), ("DBSIZE",))
        if found == owner.encode():
            return
        if found or size:
            raise redis.ResponseError(
                "its database holds what is not of this service; see docs/cache.md"
            )
        commands(connection, ("SET", OWNER, owner))


def commands(connection, *many: Sequence) -> list:
    """Send commands over this very connection, at once; their answers.

    :raise redis.ResponseError: the first of those
    """
    connection.send_packed_command(connection.pack_commands(many))
    answers = []
    for _ in many:
        try:
            answers.append(connection.read_response())
        except redis.ResponseError as error:
            answers.append(error)
    for answer in answers:
        if isinstance(answer, redis.ResponseError):
            raise answer
    return answers
