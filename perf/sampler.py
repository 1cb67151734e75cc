"""What the service's programs, connections and cache do during a run, twice a second."""

import threading
import time

import psycopg
import redis

from courseapp.cache_store import STATS
from courseapp.db import connect_as_owner, queries
from perf.haproxy import statistics
from perf.processes import usage
from perf.results import Run, Sample
from perf.stack import Stack

SECONDS = 0.5


class Sampler:
    """A thread that adds samples to a run, between `with` and its end.

    :ivar ended: programs that were seen to have ended -> when, in seconds from the run's start
    :ivar error: what has ended it early
    """

    def __init__(self, stack: Stack, run: Run, zero: float):
        self._stack, self._run, self._zero = stack, run, zero
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._cpu: dict[str, tuple[float, float]] = {}
        self.ended: dict[str, float] = {}
        self.error: Exception | None = None

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            self._sample()
        except Exception as error:
            # The load goes on, and the run says that it was not watched to its end.
            self.error = error

    def _sample(self) -> None:
        cache = redis.Redis.from_url(self._stack.settings["CACHE_REDIS_URL"])
        with connect_as_owner(self._stack.app) as conn:
            while not self._stop.wait(SECONDS):
                at = time.monotonic() - self._zero
                seen = [*self._processes(at), *_connections(conn), *_cache(cache)]
                seen += _proxy(self._stack)
                self._run.add_samples(Sample(at, *one) for one in seen)

    def _processes(self, at: float) -> list[tuple[str, str, float]]:
        samples = []
        for name, child in self._stack.children.items():
            used = None if child.ended() else usage(child)
            if used is None:
                # perf/watching.py breaks the gate with it.
                self.ended.setdefault(name, at)
                continue
            now, (seconds, memory) = time.monotonic(), used
            before = self._cpu.get(name)
            self._cpu[name] = now, seconds
            if before:
                share = max(0.0, (seconds - before[1]) / (now - before[0]))
                samples.append(("cpu", name, share))
            samples.append(("rss", name, memory))
        return samples


def _connections(conn: psycopg.Connection) -> list[tuple[str, str, float]]:
    active, idle, _ = queries.load.count_connections(conn)
    return [("pool", "active", active), ("pool", "idle", idle)]


def _cache(cache: redis.Redis) -> list[tuple[str, str, float]]:
    try:
        counts = cache.hgetall(STATS)
    except redis.RedisError:
        return []
    return [
        ("cache", what, sum(int(n) for name, n in counts.items() if name.startswith(what.encode())))
        for what in ("hits", "misses")
    ]


def _proxy(stack: Stack) -> list[tuple[str, str, float]]:
    rows = statistics(stack.statistics)
    # Clients' connections are the frontend's; behind it only requests under way have one.
    return [
        ("proxy", what, sum(int(row[column]) for row in rows if row["svname"] == side))
        for what, side, column in (("queue", "BACKEND", "qcur"), ("sessions", "FRONTEND", "scur"))
    ]
