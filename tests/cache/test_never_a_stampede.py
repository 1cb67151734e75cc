"""One computes; the others wait for it, and no longer than a quarter of a second."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from cache.versions import Versions

from courseapp import cache_store, cache_trust
from courseapp.cache_store import WAIT_SECONDS

READERS, WORKERS = 100, 10


@pytest.fixture(scope="module")
def workers(make_app, server):
    """Ten apps, each connected to Redis as often as it has readers."""
    settings = {"CACHE_REDIS_URL": server.url, "DATABASE_POOL_SIZE": "2"}
    with pytest.MonkeyPatch.context() as patched:
        # A hundred threads in one process on a busy machine are not a hung Redis.
        patched.setattr(cache_store, "PATIENCE_SECONDS", 10)
        apps = [make_app(**settings) for _ in range(WORKERS)]
    for app in apps:
        app.extensions["database"].open()
        app.extensions["database"].pool.wait()
    return apps


@pytest.fixture
def versions(past, kept):
    """A number, of which nothing is kept."""
    return Versions(past, [1], kept)


@pytest.fixture(scope="module")
def kept(server):
    """What the workers keep."""
    return server.client


@pytest.fixture
def patient(monkeypatch):
    """Nobody computes because others are slow."""
    monkeypatch.setattr(cache_store, "WAIT_SECONDS", 10)
    monkeypatch.setattr(cache_trust, "TRUST_SECONDS", 10)


@pytest.fixture
def everybody(workers, versions):
    """A hundred readers at the same moment; what they got, and the seconds the slowest took."""

    def read_all(compute=None):
        barrier = threading.Barrier(READERS)

        def read(n):
            barrier.wait(20)
            started = time.monotonic()
            value = versions.read(workers[n % WORKERS], 1, compute)
            return value, time.monotonic() - started

        answers = list(threads.map(read, range(READERS)))
        return {value for value, _ in answers}, max(seconds for _, seconds in answers)

    with ThreadPoolExecutor(READERS) as threads:
        versions.read(workers[0], 1)
        # Everybody connects.
        read_all()
        versions.counts.clear()
        yield read_all


def slowly(versions, seconds=0.05):
    """Computes, in so many seconds."""

    def compute():
        time.sleep(seconds)
        return versions.compute(1)

    return compute


def test_a_hundred_readers_of_what_is_kept_compute_nothing(patient, everybody, versions):
    assert everybody()[0] == {0}
    assert versions.counts["computed"] == 0


def test_after_each_expiry_one_of_a_hundred_computes(patient, everybody, versions, kept):
    for n in range(1, 4):
        kept.pexpire(versions.key(1), 1)
        time.sleep(0.01)
        assert everybody(slowly(versions))[0] == {0}
        assert versions.counts["computed"] == n


def test_after_each_drop_one_of_a_hundred_computes(patient, everybody, versions, workers):
    for n in range(1, 4):
        versions.write(workers[n], 1)
        assert everybody(slowly(versions))[0] == {n}
        assert versions.counts["computed"] == n


def test_during_drops_nobody_gets_what_is_stale_and_few_compute(everybody, versions, workers):
    with ThreadPoolExecutor(1) as writing:
        for _ in range(3):
            written = writing.submit(versions.write, workers[0], 1)
            everybody(slowly(versions, 0.01))
            written.result()
    assert versions.stale == []
    assert versions.counts["computed"] < READERS


def test_when_who_computes_dies_the_others_answer(everybody, versions, kept):
    kept.delete(versions.key(1))
    kept.set(f"lease:{versions.key(1)}", "of a worker that was killed", px=3000)
    values, slowest = everybody()
    assert values == {0}
    # They computed, and stored nothing.
    assert versions.counts["computed"] == READERS
    assert kept.get(versions.key(1)) is None
    assert slowest > WAIT_SECONDS


def test_they_wait_a_quarter_of_a_second_for_them(workers, versions, kept):
    versions.read(workers[0], 1)
    kept.delete(versions.key(1))
    kept.set(f"lease:{versions.key(1)}", "of a worker that was killed", px=3000)
    started = time.monotonic()
    assert versions.read(workers[0], 1) == 0
    assert WAIT_SECONDS <= time.monotonic() - started < WAIT_SECONDS + 0.15


def test_a_drop_ends_a_dead_workers_lease_too(workers, versions, kept):
    kept.set(f"lease:{versions.key(1)}", "of a worker that was killed", px=3000)
    versions.write(workers[0], 1)
    assert versions.read(workers[0], 1) == 1
    assert kept.get(versions.key(1)) == b"1"


def test_when_computing_fails_it_is_the_error_and_others_go_on(workers, versions, kept):
    kept.flushdb()
    with pytest.raises(ZeroDivisionError):
        versions.read(workers[0], 1, lambda: 1 / 0)
    assert versions.read(workers[1], 1) == 0
