"""What everybody is answered, each worker copies for a moment; who changes it waits that long."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import builders
import pytest
from cache.versions import NOWHERE, Versions

from courseapp import cache_drops
from courseapp.cache import COURSES, GAMIFICATION
from courseapp.cache_store import COPY_SECONDS
from courseapp.cache_trust import EVERYTHING

LIST = "/api/v1/courses"


@pytest.fixture(scope="module")
def workers(make_app, server):
    """Three apps with a Redis of their own, as three gunicorn workers."""
    return [make_app(CACHE_REDIS_URL=server.url) for _ in range(3)]


@pytest.fixture
def versions(past, server):
    """One number, that everybody may see."""
    return Versions(past, [1], server.client, COURSES)


@pytest.fixture
def questions(server):
    """How often Redis was asked for a value."""
    return lambda: server.client.info("commandstats").get("cmdstat_get", {"calls": 0})["calls"]


def test_for_a_moment_redis_is_not_asked_again(workers, versions, questions):
    versions.read(workers[0], 1)
    before = questions()
    for _ in range(1000):
        versions.read(workers[0], 1)
    assert questions() - before < 500


def test_what_is_one_learners_is_asked_for_each_time(workers, past, server, questions):
    versions = Versions(past, [1], server.client, GAMIFICATION)
    versions.read(workers[0], 1)
    before = questions()
    for _ in range(100):
        versions.read(workers[0], 1)
    assert questions() - before >= 100


def test_what_is_kept_next_is_answered_after_that_moment(workers, versions, server, wait_until):
    versions.read(workers[0], 1)
    versions.read(workers[0], 1)
    server.client.set(versions.key(1), b"7")
    assert wait_until(lambda: versions.read(workers[0], 1) == 7) < COPY_SECONDS + 0.2


@pytest.mark.parametrize("key", [None, EVERYTHING])
def test_who_changes_it_waits_until_no_worker_has_a_copy(workers, versions, key):
    for _ in range(10):
        for app in workers:
            versions.read(app, 1)
            versions.read(app, 1)
        started = time.monotonic()
        versions.write(workers[0], 1, key)
        assert time.monotonic() - started > COPY_SECONDS
        assert [versions.read(app, 1) for app in workers] == [versions.acknowledged[1]] * 3


def crowd(versions, apps, seconds=2):
    """Eight threads that read and write for so long."""
    is_over = threading.Event()
    threading.Timer(seconds, is_over.set).start()
    with ThreadPoolExecutor(8) as threads:
        for n in range(8):
            threads.submit(
                versions.mixed, apps[n % len(apps)], n, lambda _: not is_over.is_set(), 0.01
            )
    assert versions.counts["writes"] > 10


def test_nobody_gets_an_old_one_while_many_read_and_write(workers, versions):
    crowd(versions, workers)
    assert versions.stale == []


def test_nor_when_some_cannot_reach_redis(make_app, workers, versions):
    crowd(versions, [*workers[:2], make_app(CACHE_REDIS_URL=NOWHERE)])
    assert versions.stale == []


def test_without_the_wait_somebody_would(workers, versions, monkeypatch):
    monkeypatch.setattr(cache_drops, "_COPIED", frozenset())
    crowd(versions, workers)
    assert versions.stale != []


def test_what_is_compressed_once_is_the_answer_of_now(client, conn):
    course = builders.make_course(conn)
    builders.make_course(conn)
    for n in range(3):
        words = f"Words {n} " * 200
        conn.execute("update courses set description = %s where id = %s", [words, course.id])
        plain = client.get(LIST)
        for _ in range(2):
            packed = client.get(LIST, headers={"Accept-Encoding": "gzip"})
            assert packed.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(packed.data) == plain.data
            assert packed.headers["ETag"] == plain.headers["ETag"]
        assert words in plain.text


def test_what_one_learner_gets_is_compressed_for_them_alone(as_user, conn):
    course = builders.make_course(conn, lessons=30)
    answers = []
    for _ in range(2):
        learner = as_user(builders.make_user(conn, "admin"))
        path, gz = f"{LIST}/{course.id}", {"Accept-Encoding": "gzip"}
        answers.append((learner.get(path).data, learner.get(path, headers=gz)))
        conn.execute("update courses set title = title || '!' where id = %s", [course.id])
    for plain, packed in answers:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain
