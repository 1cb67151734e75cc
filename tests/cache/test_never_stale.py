"""No reader gets a value older than the last write that was acknowledged before they began."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from cache.versions import NOWHERE, Versions

from courseapp import cache_drops, cache_store
from courseapp.cache import store
from courseapp.cache_drops import dropping
from courseapp.cache_trust import EVERYTHING, TRUST_SECONDS
from courseapp.config import CHECKOUT
from courseapp.db import connection

# What a worker looks at at least this often, and the time that the machine may take.
SEEN = TRUST_SECONDS + 0.1
DIES = """
import os, signal
from courseapp import create_app
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import dropping
from courseapp.db import connection
with create_app().app_context(), dropping() as drops, connection() as conn:
    with conn.transaction():
        conn.execute("update versions set version = version + 1 where id = 1")
        drops.record(conn, GAMIFICATION(user_id=1))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def versions(past, kept):
    """Five numbers, of which nothing is kept."""
    return Versions(past, range(1, 6), kept)


@pytest.fixture(scope="module")
def workers(make_app, server):
    """Three apps with a Redis of their own, as three gunicorn workers."""
    return [make_app(CACHE_REDIS_URL=server.url) for _ in range(3)]


@pytest.fixture
def worker(workers, wait_until):
    """One of them, when all have noticed that Redis is there."""
    for app in workers:
        with app.app_context():
            cache = store()
        wait_until(lambda cache=cache: not cache.breaker.is_open)
    return workers[0]


@pytest.fixture(scope="module")
def cut_off(make_app):
    """An app that cannot reach the Redis of the others."""
    return make_app(CACHE_REDIS_URL=NOWHERE)


@pytest.fixture(scope="module")
def kept(server):
    """What the workers keep."""
    return server.client


def held(compute):
    """A `compute` that has read, and does not return before it is told to."""
    has_read, go_on = threading.Event(), threading.Event()

    def slow():
        answer = compute()
        has_read.set()
        assert go_on.wait(10)
        return answer

    return slow, has_read, go_on


@pytest.mark.parametrize("dropped", ["its key", "everything"])
def test_who_read_before_a_change_stores_nothing_after_the_drop(
    workers, worker, versions, kept, dropped
):
    slow, has_read, go_on = held(lambda: versions.compute(1))
    with ThreadPoolExecutor(1) as threads:
        reader = threads.submit(versions.read, worker, 1, slow)
        assert has_read.wait(10)
        versions.write(workers[1], 1, EVERYTHING if dropped == "everything" else None)
        go_on.set()
        assert reader.result() == 0
    assert kept.get(versions.key(1)) is None
    assert [versions.read(app, 1) for app in workers] == [1, 1, 1]
    assert versions.stale == []


def test_nor_when_somebody_else_has_the_lease_by_then(workers, worker, versions, kept):
    (old, old_read, old_goes_on), (new, new_read, new_goes_on) = (
        held(lambda: versions.compute(1)) for _ in range(2)
    )
    with ThreadPoolExecutor(2) as threads:
        reader = threads.submit(versions.read, worker, 1, old)
        assert old_read.wait(10)
        versions.write(workers[1], 1)
        later = threads.submit(versions.read, workers[1], 1, new)
        assert new_read.wait(10)
        old_goes_on.set()
        assert reader.result() == 0
        assert kept.get(versions.key(1)) is None
        new_goes_on.set()
        assert later.result() == 1
    assert kept.get(versions.key(1)) == b"1"


def test_nor_when_the_lease_has_ended(worker, versions, kept):
    slow, has_read, go_on = held(lambda: versions.compute(1))
    with ThreadPoolExecutor(1) as threads:
        reader = threads.submit(versions.read, worker, 1, slow)
        assert has_read.wait(10)
        lease = f"lease:{versions.key(1)}"
        assert 0 < kept.pttl(lease) <= 3000
        kept.pexpire(lease, 1)
        time.sleep(0.01)
        go_on.set()
        assert reader.result() == 0
    assert kept.get(versions.key(1)) is None


def test_a_change_that_is_not_committed_is_seen_by_nobody(workers, worker, versions):
    versions.read(worker, 1)
    with ThreadPoolExecutor(1) as threads:
        writer = threads.submit(versions.write, workers[1], 1, None, 0.3)
        seen = set()
        while not writer.done():
            seen.add(versions.read(worker, 1))
        assert writer.result() == 1
    assert 0 in seen and versions.read(worker, 1) == 1
    assert versions.stale == []


def test_who_cannot_tell_redis_is_acknowledged_when_everybody_has_looked(
    workers, cut_off, versions, worker
):
    for _ in range(5):
        for app in workers:
            versions.read(app, 1)
        versions.write(cut_off, 1)
        assert [versions.read(app, 1) for app in workers] == [versions.acknowledged[1]] * 3
    assert versions.stale == []


def test_an_answer_that_was_got_before_the_look_is_not_believed_after_it(
    worker, cut_off, versions, monkeypatch
):
    versions.read(worker, 1)
    versions.read(worker, 1)
    versions.write(cut_off, 1)
    has_got, go_on, get = threading.Event(), threading.Event(), cache_store.commands
    first = threading.Lock()

    def late(*question):
        """The first thread loses the processor when it has the answer."""
        value = get(*question)
        if first.acquire(blocking=False):
            has_got.set()
            assert go_on.wait(10)
        return value

    monkeypatch.setattr(cache_store, "commands", late)
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(versions.read, worker, 1)
        assert has_got.wait(10)
        # Another thread of the same worker looks meanwhile.
        assert threads.submit(versions.read, worker, 1).result() == 1
        go_on.set()
        assert slow.result() == 1


def test_everything_that_was_recorded_long_before_the_commit_does_not_pass_for_an_outage(
    workers, worker, cut_off, versions
):
    with ThreadPoolExecutor(1) as threads:
        writer = threads.submit(versions.write, cut_off, 1, EVERYTHING, 4 * TRUST_SECONDS)
        while not writer.done():
            versions.read(worker, 1)
    for _ in range(20):
        versions.read(worker, 1)
    assert versions.stale == []


def test_what_a_killed_worker_has_not_dropped_others_drop(
    environ, server, worker, versions, kept, recorded, wait_until
):
    environment = os.environ | environ | {"CACHE_REDIS_URL": server.url}
    versions.read(worker, 1)
    child = subprocess.run([sys.executable, "-c", DIES], env=environment, cwd=CHECKOUT)
    assert child.returncode == -signal.SIGKILL
    assert (kept.get(versions.key(1)), recorded()) == (b"0", [versions.key(1)])
    assert wait_until(lambda: versions.read(worker, 1) == 1) < SEEN
    wait_until(lambda: recorded() == [])


def test_a_redis_that_comes_back_with_old_contents_is_emptied(
    server, workers, worker, versions, kept, wait_until
):
    versions.read(worker, 1)
    slow, has_read, go_on = held(lambda: versions.compute(2))
    with ThreadPoolExecutor(1) as threads:
        reader = threads.submit(versions.read, worker, 2, slow)
        assert has_read.wait(10)
        kept.save()
        for n in (1, 2):
            versions.write(workers[1], n)
        server.kill()
        server.start()
        assert kept.get(versions.key(1)) == b"0"
        # The lease is there, too.
        assert kept.exists(f"lease:{versions.key(2)}")
        go_on.set()
        reader.result()

    def is_kept_again():
        for app in workers:
            assert (versions.read(app, 1), versions.read(app, 2)) == (1, 1)
        return kept.mget(versions.key(1), versions.key(2)) == [b"1", b"1"]

    wait_until(is_kept_again)
    assert versions.stale == []


def crowd(versions, apps, goes_on, threads=8, **options):
    """So many threads that read and write at the apps; the errors they had are raised."""
    with ThreadPoolExecutor(threads) as executor:
        tasks = [
            executor.submit(versions.mixed, apps[n % len(apps)], n, goes_on, **options)
            for n in range(threads)
        ]
        for task in tasks:
            task.result()


def assert_it_ends_well(versions, recorded, wait_until, apps):
    assert versions.stale == []

    def is_settled():
        for n in versions.ids:
            assert {versions.read(app, n) for app in apps} == {versions.acknowledged[n]}
        return recorded() == []

    wait_until(is_settled)


def test_ten_thousand_reads_and_writes_at_once(workers, worker, versions, recorded, wait_until):
    crowd(versions, workers, lambda steps: steps < 1250)
    assert versions.counts["reads"] + versions.counts["writes"] == 10_000
    # It was a cache.
    assert versions.counts["computed"] < versions.counts["reads"] / 2
    assert_it_ends_well(versions, recorded, wait_until, workers)


@pytest.mark.parametrize("trouble", ["killed", "frozen"])
def test_the_same_while_redis_is_in_trouble(
    server, workers, worker, versions, kept, recorded, wait_until, trouble
):
    is_over = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        crowded = threads.submit(
            crowd, versions, workers, lambda steps: not is_over.is_set(), writes=0.1
        )
        time.sleep(0.3)
        for seconds in (0.3, 0.9):
            if trouble == "killed":
                kept.save()
                time.sleep(0.2)
                server.kill()
                time.sleep(seconds)
                server.start()
            else:
                server.freeze()
                time.sleep(seconds)
                server.thaw()
            time.sleep(0.9)
        is_over.set()
        crowded.result()
    assert min(versions.counts["writes"], versions.counts["computed"]) > 20
    assert_it_ends_well(versions, recorded, wait_until, workers)


def test_the_same_while_some_cannot_reach_it(
    make_app, workers, worker, cut_off, silent, versions, recorded, wait_until
):
    apps = [*workers[:2], cut_off, make_app(CACHE_REDIS_URL=silent)]
    deadline = time.monotonic() + 2
    crowd(versions, apps, lambda steps: time.monotonic() < deadline)
    assert versions.counts["writes"] > 20
    assert_it_ends_well(versions, recorded, wait_until, workers)


def test_a_change_is_acknowledged_though_its_rows_cannot_be_cleared(worker, versions, past):
    versions.read(worker, 1)
    pool = worker.extensions["database"].pool
    # All connections are lent, for longer than the writer's patience, as soon as it commits.
    with worker.app_context(), dropping() as drops:
        with connection() as conn, conn.transaction():
            conn.execute("update versions set version = 1 where id = 1")
            drops.record(conn, versions.key(1))
        lent = [pool.getconn() for _ in range(pool.max_size)]
        threading.Timer(2.5, lambda: [pool.putconn(conn) for conn in lent]).start()
    versions.acknowledged[1] = 1
    time.sleep(0.6)
    assert versions.read(worker, 1) == 1


def test_who_repeats_a_write_is_answered_after_its_drop(worker, workers, versions, monkeypatch):
    """The first worker died before its drop; the proxy asked another one."""
    versions.read(workers[1], 1)
    with monkeypatch.context() as patched:
        patched.setattr(cache_drops, "_drop", lambda drops: 0.0)
        versions.write(workers[0], 1)
        versions.acknowledged[1] = 0
    with workers[2].app_context(), dropping() as drops, connection() as conn:
        # As corrections, enrolling and progress do, though they change nothing.
        drops.record(conn, versions.key(1))
    versions.acknowledged[1] = 1
    assert versions.read(workers[1], 1) == 1


def test_an_outage_whose_commit_stalls_does_not_count_from_before_it(
    make_app, workers, worker, versions, past
):
    past.execute("""
        create function stall() returns trigger language plpgsql as $$ begin
            if new.key = 'outage' then perform pg_sleep(0.6); end if; return null;
        end $$;
        create constraint trigger stall after insert on cache_drops
        deferrable initially deferred for each row execute function stall();
    """)
    off = [make_app(CACHE_REDIS_URL=NOWHERE) for _ in range(2)]
    deadline = time.monotonic() + 3
    try:
        with ThreadPoolExecutor(5) as threads:
            tasks = [
                threads.submit(
                    versions.mixed, app, n, lambda _: time.monotonic() < deadline, writes
                )
                for n, (app, writes) in enumerate(
                    [(off[0], 1), (off[1], 1), (off[1], 1), (workers[0], 0), (workers[1], 0)]
                )
            ]
            for task in tasks:
                task.result()
    finally:
        past.execute("drop trigger stall on cache_drops; drop function stall")
    assert versions.counts["writes"] >= 5
    assert versions.stale == []


def test_many_rows_are_dropped_by_and_by_and_nobody_waits_for_them(
    workers, worker, versions, past, recorded, wait_until
):
    versions.read(worker, 1)
    many = "select 'gamification:' || n % 100 from generate_series(1, 20000) as n"
    # The statistics are those of a table that is empty nearly always.
    past.execute(f"insert into cache_drops (key) {many}")
    past.execute("delete from cache_drops")
    past.execute("analyze cache_drops")
    past.execute(f"insert into cache_drops (key) {many}")
    past.execute("update versions set version = 1 where id = 1")
    time.sleep(TRUST_SECONDS)
    versions.acknowledged[1] = 1
    wait_until(lambda: versions.read(worker, 1) == 1 and recorded() == [], 30)
    assert versions.stale == []


def test_a_row_that_somebody_holds_makes_no_reader_wait(worker, versions, environ, past):
    past.execute("insert into cache_drops (key) values ('gamification:1'), ('gamification:2')")
    with psycopg.connect(environ["DATABASE_OWNER_URL"]) as dba:
        dba.execute("delete from cache_drops where key = 'gamification:1'")
        time.sleep(TRUST_SECONDS)
        started = time.monotonic()
        assert versions.read(worker, 1) == 0
        # Far below the time that a statement may wait for a lock.
        assert time.monotonic() - started < 1
        dba.rollback()
