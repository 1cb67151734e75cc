"""Redis as a cache that never answers with what a write has made stale.

Four things make it so; docs/cache.md tells the story:

- a *lease*: on a miss one reader may fill, and a drop takes that right away, so that nobody
  stores what they read before the change;
- the table *cache_drops*: what must be forgotten is recorded by the writing transaction, and
  cleared when it is (cache_drops.py);
- *trust*: a worker looks at that table before it believes Redis (cache_trust.py);
- a *copy* lives for a moment, and whoever changes what is copied waits for that long.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
import redis
from flask import Flask
from flask_caching.backends.rediscache import RedisCache
from psycopg_pool import PoolTimeout, TooManyRequests
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

from courseapp.cache_breaker import Breaker, Outage, complain
from courseapp.cache_lease import OWNER, Leases, lease_of
from courseapp.cache_trust import EVERYTHING, Trust, Untrusted, commands, identify

STATS = "stats"
# How long others wait for who has the lease, before they compute for themselves.
WAIT_SECONDS, POLL_SECONDS = 0.25, 0.005
# How long a worker answers from its own copy, where it may keep one; who drops such a key waits for
# as long. Without it the list is a third slower (docs/cache.md).
COPY_SECONDS = 0.05
PATIENCE_SECONDS = 0.1


class _Bytes:
    """Values are bytes of JSON already; never pickle, which would run what it reads."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes | None) -> bytes | None:
        return value


class LeasedCache(RedisCache):
    """Flask-Caching's backend for Redis, for bytes, with leases and a breaker."""

    serializer = _Bytes()

    def __init__(self, client: redis.Redis, trust: Trust, **kwargs):
        super().__init__(host=client, **kwargs)
        self.client, self._trust = client, trust
        self._leases = Leases(client)
        self.breaker, self.outage = Breaker(client.ping), Outage()
        self._copies: dict[str, tuple[bytes, float]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._counted = 0.0

    @classmethod
    def factory(cls, app: Flask, config: dict, args: list, kwargs: dict) -> "LeasedCache":
        """What Flask-Caching calls. Connects nothing yet."""
        kwargs.pop("ignore_delete_many_errors", None)
        options = _address(app) | {
            "redis_connect_func": identify,
            "socket_timeout": PATIENCE_SECONDS,
            "socket_connect_timeout": PATIENCE_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        }
        client = redis.Redis(connection_pool=redis.ConnectionPool(**options))
        trust = Trust(app.extensions["database"], config["CACHE_VERSION"])
        cache = cls(client, trust, **kwargs)
        # Nobody opened it, so that nobody looks when to close it. What is written is still
        # recorded: for those who have the cache, and for the day it is on again.
        cache.breaker.is_open = app.config["CACHE"] == "off"
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
        if self.breaker.is_open:
            return None, None
        try:
            value = self._believed(key)
            if copied and value is not None:
                # One object for as long as it is the same: what is made of it is kept, too.
                value = copy if copy == value else value
                self._copies[key] = value, now
            self._counts[family, "misses" if value is None else "hits"] += 1
            self._add_counts(now)
            if value is not None:
                return value, None
            if lease := self._leases.take(key, self._trust.owner):
                return None, lease
            return self._wait_for(key), None
        except Untrusted:
            pass
        except (PoolTimeout, TooManyRequests):
            # The caller's question would have to wait as long, for the same.
            raise
        except psycopg.Error as error:
            # Of the cache's own tables; the caller's question may find nothing wrong.
            complain(f"not used, {error}")
        except redis.ResponseError as error:
            # Full, or not allowed to write: it answers, so it is no reason to stay away.
            complain(str(error))
        except (redis.RedisError, OSError) as error:
            self.breaker.open(error)
        return None, None

    def fill(self, key: str, lease: str, value: bytes, seconds: float) -> None:
        """Keep a value, unless it was dropped since the lease was given."""
        if seconds <= 0 or self.breaker.is_open:
            return
        try:
            self._leases.fill(key, lease, value, seconds, self._trust.owner)
        except redis.ResponseError as error:
            complain(str(error))
        except (redis.RedisError, OSError) as error:
            self.breaker.open(error)

    def drop(self, keys: Iterable[str]) -> bool:
        """Forget these keys and take their leases away; False if Redis could not be told.

        Everything has to be recorded: only who looks knows whether all of that is ours.
        """
        if self.breaker.is_open:
            return False
        try:
            if EVERYTHING in keys:
                with self._lent() as connection:
                    self._trust.renew(connection, again=True)
            else:
                self.client.delete(*keys, *map(lease_of, keys))
        except (redis.ResponseError, Untrusted, psycopg.Error) as error:
            complain(f"cannot drop, {error}")
            return False
        except (redis.RedisError, OSError) as error:
            self.breaker.open(error)
            return False
        return True

    def forget_copies(self) -> None:
        """Ask Redis at once for what this worker has copied."""
        self._copies.clear()

    def _believed(self, key: str) -> bytes | None:
        with self._lent() as connection:
            # Once to find that trust has ended, once to use it, once more for a slow machine.
            for _ in range(3):
                # Before the question: another thread may renew it while this one waits.
                if self._trust.holds(connection):
                    run_id = connection.run_id
                    (value,) = commands(connection, ("GET", key))
                    # It may have connected anew, to another Redis.
                    if connection.run_id == run_id:
                        return value
                self._trust.renew(connection)
        raise Untrusted

    @contextmanager
    def _lent(self) -> Iterator:
        """A connection of the pool, whose `run_id` says which Redis is at its end."""
        pool = self.client.connection_pool
        connection = pool.get_connection()
        try:
            yield connection
        except (redis.RedisError, OSError):
            connection.disconnect()
            raise
        finally:
            pool.release(connection)

    def _add_counts(self, now: float) -> None:
        """For `flask cache stats`: four times a second, not a command a request."""
        if now - self._counted < WAIT_SECONDS:
            return
        self._counted, counts, self._counts = now, self._counts, Counter()
        pipeline = self.client.pipeline(transaction=False)
        pipeline.set(OWNER, self._trust.owner, nx=True)
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


def _address(app: Flask) -> dict:
    """Host, database and the like: CACHE_REDIS_URL, or the database after that of REDIS_URL."""
    if app.config["CACHE_REDIS_URL"]:
        return parse_url(app.config["CACHE_REDIS_URL"])
    options = parse_url(app.config["REDIS_URL"])
    return options | {"db": options.get("db", 0) + 1}
