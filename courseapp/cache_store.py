"""Redis as a cache that never answers with what a write has made stale.

Three things make it so; docs/cache.md tells the story:

- a *lease*: on a miss one reader may fill, and a drop takes that right away, so that nobody
  stores what they read before the change;
- the table *cache_drops*: what must be forgotten is recorded by the writing transaction, and
  cleared when it is;
- *trust*: before a worker believes Redis it looks at that table, four times a second at most, and
  at once when a new connection leads to another Redis: one that was restarted has old contents.
"""

import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import psycopg
import redis
from flask import Flask
from flask_caching.backends.rediscache import RedisCache
from psycopg_pool import PoolTimeout, TooManyRequests
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

from courseapp.db import queries

log = logging.getLogger(__name__)

EVERYTHING = "*"
# Like it, but recorded by itself: it has been seen by everybody for as long as it is old.
OUTAGE = "outage"
STATS = "stats"
# Longer than any answer takes to be computed.
LEASE_MS = 3000
# How long others wait for who has the lease, before they compute for themselves.
WAIT_SECONDS, POLL_SECONDS = 0.25, 0.005
# A write that Redis could not be told of is acknowledged only when every worker has looked.
TRUST_SECONDS = 0.25
# How long a worker answers from its own copy, where it may keep one; who drops such a key waits for
# as long. Without it the list is a third slower (docs/cache.md).
COPY_SECONDS = 0.05
PATIENCE_SECONDS = 0.1
PROBE_SECONDS = 0.5
_DATABASE_ERRORS = (psycopg.Error, PoolTimeout, TooManyRequests)

# Each is one step: whatever else happens comes before it or after it.
# What somebody else has filled since the caller looked needs no lease.
_TAKE_LEASE = """
if redis.call('exists', KEYS[1]) == 1 then return 0 end
return redis.call('set', KEYS[2], ARGV[1], 'nx', 'px', ARGV[2]) and 1 or 0
"""
_FILL = """
if redis.call('get', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('del', KEYS[2])
redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3])
return 1
"""


class _Bytes:
    """Values are bytes of JSON already; never pickle, which would run what it reads."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes | None) -> bytes | None:
        return value


class LeasedCache(RedisCache):
    """Flask-Caching's backend for Redis, for bytes, with leases and a breaker."""

    serializer = _Bytes()

    def __init__(self, client: redis.Redis, database, **kwargs):
        super().__init__(host=client, **kwargs)
        self.client, self._database = client, database
        self._take_lease = client.register_script(_TAKE_LEASE)
        self._fill = client.register_script(_FILL)
        self._breaker = _Breaker(client.ping)
        # The run_id at the end of the newest connection, and the one that is trusted, since when.
        self._server: str | None = None
        self._trusted: tuple[str | None, float] = (None, 0.0)
        self._copies: dict[str, tuple[bytes, float]] = {}
        self._renewing = threading.Lock()
        self._failure: tuple[float, Exception | None] = (0.0, None)
        self._counts: Counter[tuple[str, str]] = Counter()

    @classmethod
    def factory(cls, app: Flask, config: dict, args: list, kwargs: dict) -> "LeasedCache":
        """What Flask-Caching calls. Connects nothing yet."""
        kwargs.pop("ignore_delete_many_errors", None)

        def connected(connection):
            connection.on_connect()
            connection.send_command("INFO", "server")
            cache._server = _run_id(connection.read_response())

        pool = redis.ConnectionPool(
            **_address(app),
            redis_connect_func=connected,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        cache = cls(redis.Redis(connection_pool=pool), app.extensions["database"], **kwargs)
        return cache

    def look_up(
        self, key: str, family: str, copied: bool = False
    ) -> tuple[bytes | None, str | None]:
        """The value, or None and the lease under which the caller may :meth:`fill` it.

        Without either somebody else has the lease and took too long, or Redis is away.

        :param copied: whether the worker may keep a copy for COPY_SECONDS
        """
        now = time.monotonic()
        copy, since = self._copies.get(key, (None, 0.0))
        if now - since < COPY_SECONDS:
            self._counts[family, "hits"] += 1
            return copy, None
        if self._breaker.is_open:
            return None, None
        try:
            value = self._believed(key)
            if copied and value is not None:
                # One object for as long as it is the same: what is made of it is kept, too.
                value = copy if copy == value else value
                self._copies[key] = value, now
            self._counts[family, "misses" if value is None else "hits"] += 1
            if value is not None:
                return value, None
            lease = secrets.token_hex(8)
            if self._take_lease([key, _lease(key)], [lease, LEASE_MS]):
                return None, lease
            return self._wait_for(key), None
        except redis.ResponseError as error:
            # Full, or not allowed to write: it answers, so it is no reason to stay away.
            log.warning("cache: %s", error)
        except (redis.RedisError, OSError) as error:
            self._breaker.open(error)
        return None, None

    def fill(self, key: str, lease: str, value: bytes, seconds: float) -> None:
        """Keep a value, unless it was dropped since the lease was given."""
        if seconds <= 0 or self._breaker.is_open:
            return
        try:
            self._fill([key, _lease(key)], [lease, value, int(seconds * 1000) or 1])
        except redis.ResponseError as error:
            log.warning("cache: %s", error)
        except (redis.RedisError, OSError) as error:
            self._breaker.open(error)

    def drop(self, keys: Iterable[str]) -> bool:
        """Forget these keys and take their leases away; False if Redis could not be told."""
        if self._breaker.is_open:
            return False
        try:
            self._forget(keys)
        except redis.ResponseError as error:
            log.error("cache: cannot drop: %s", error)
            return False
        except (redis.RedisError, OSError) as error:
            self._breaker.open(error)
            return False
        return True

    def forget_copies(self) -> None:
        """Ask Redis at once for what this worker has copied."""
        self._copies.clear()

    def _forget(self, keys: Iterable[str]) -> None:
        keys = list(keys)
        if EVERYTHING in keys or OUTAGE in keys:
            # Its database is its own.
            self.client.flushdb()
        elif keys:
            self.client.delete(*keys, *map(_lease, keys))

    def _believed(self, key: str) -> bytes | None:
        # Once to find that trust has ended, once to use it, once more for a slow machine.
        for _ in range(3):
            # Before the answer: another thread may renew it while this one waits for it.
            if self._is_trusted():
                server, value = self._server, self.client.get(key)
                # The answer may have come over a new connection, from another Redis.
                if server == self._server:
                    return value
            self._renew_trust()
        return None

    def _is_trusted(self) -> bool:
        server, since = self._trusted
        return server == self._server and time.monotonic() - since < TRUST_SECONDS

    def _renew_trust(self) -> None:
        """Drop what is recorded; everything, if this Redis is not the one that was known.

        :raise Exception: what one thread fails with, those that waited for it fail with too
        """
        asked = time.monotonic()
        with self._renewing:
            if self._is_trusted():
                return
            failed, error = self._failure
            if error and failed >= asked:
                raise error
            try:
                self.client.ping()
                server, started = self._server, time.monotonic()
                self._settle(server)
            except Exception as error:
                self._failure = time.monotonic(), error
                raise
            self._trusted = server, started
            self._add_counts()

    def _settle(self, server: str) -> None:
        with self._database.connection() as conn:
            known, ids, keys = queries.cache.get_state(conn)
        if server == known and not keys:
            return
        self._forget([EVERYTHING] if server != known else keys)
        with self._database.connection() as conn:
            queries.cache.settle(conn, run_id=server, ids=ids)

    def _add_counts(self) -> None:
        """What was found and what was not, for `flask cache stats`: not a command a request."""
        counts, self._counts = self._counts, Counter()
        if counts:
            pipeline = self.client.pipeline(transaction=False)
            for (family, what), number in counts.items():
                pipeline.hincrby(STATS, f"{what} {family}", number)
            # A full Redis does not count.
            pipeline.execute(raise_on_error=False)

    def _wait_for(self, key: str) -> bytes | None:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            value = self._believed(key)
            if value is not None:
                return value
            time.sleep(POLL_SECONDS)
        return None


class _Breaker:
    """Open while Redis is away; a thread of its own finds out when it is back."""

    def __init__(self, probe: Callable[[], object]):
        self.is_open = False
        self._probe, self._lock = probe, threading.Lock()

    def open(self, reason: Exception) -> None:
        """Do without Redis from now on. No request waits for it again."""
        with self._lock:
            if self.is_open:
                return
            self.is_open = True
        log.warning("cache: off, %s", reason)
        threading.Thread(target=self._close_when_back, name="cache-probe", daemon=True).start()

    def _close_when_back(self) -> None:
        while self.is_open:
            time.sleep(PROBE_SECONDS)
            try:
                self._probe()
            except (redis.RedisError, OSError):
                continue
            self.is_open = False
            log.warning("cache: on again")


def _run_id(info: bytes) -> str:
    """Of Redis's answer to INFO: another one for each start of a server."""
    return info.decode().partition("run_id:")[2].partition("\r\n")[0]


def _lease(key: str) -> str:
    return f"lease:{key}"


def _address(app: Flask) -> dict:
    """Host, database and the like: CACHE_REDIS_URL, or the database after that of REDIS_URL."""
    if app.config["CACHE_REDIS_URL"]:
        return parse_url(app.config["CACHE_REDIS_URL"])
    options = parse_url(app.config["REDIS_URL"])
    return options | {"db": options.get("db", 0) + 1}


def drop_recorded(
    cache: LeasedCache, database, ids: Sequence[int], keys: Sequence[str], copied: bool
) -> None:
    """After the commit: make the cache forget `keys`, and clear their rows `ids`.

    Return only when no worker can answer with them any more.

    :param copied: whether workers may have copies of their own
    """
    started = time.monotonic()
    is_dropped, seconds_off, until = cache.drop(keys), 0.0, time.monotonic()
    try:
        with database.connection() as conn:
            if is_dropped:
                queries.cache.clear_drops(conn, ids=list(ids))
            else:
                seconds_off = queries.cache.record_outage(conn)
    except _DATABASE_ERRORS as error:
        # The change itself is stored, and its rows stay until somebody reads.
        log.warning("cache: %s", error)
    if copied:
        until += COPY_SECONDS * 1.2
    # Until every worker has seen those rows, or our own; unless that has been so for long enough.
    if not is_dropped and seconds_off < 2 * TRUST_SECONDS:
        until = started + (TRUST_SECONDS + COPY_SECONDS) * 1.2
    time.sleep(max(0.0, until - time.monotonic()))
