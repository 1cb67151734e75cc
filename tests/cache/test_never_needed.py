"""Whatever happens to Redis, the answers are right and nobody waits for it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import builders
import psycopg
import pytest
from achievements.earning import FINISH, attend, make_achievement
from cache.servers import own_redis
from cache.versions import NOWHERE
from conftest import anonymous
from problems import assert_problem
from psycopg.conninfo import conninfo_to_dict

from courseapp.cache import COURSES
from courseapp.cache_drops import dropping
from courseapp.db import connection

LIST, ACHIEVEMENTS = "/api/v1/courses", "/api/v1/achievements"
MINE = "/api/v1/gamification/me"
# Of a worker, as gunicorn has them.
THREADS = 4


@pytest.fixture(autouse=True, scope="module")
def without_achievements(past):
    """Lessons alone earn points."""
    past.execute("update achievements set is_active = false")


def full(server):
    server.client.config_set("maxmemory-policy", "noeviction")
    server.client.config_set("maxmemory", "1")


def cannot_save(server):
    (server.folder / "dump.rdb").mkdir()
    server.client.config_set("save", "3600 1")
    server.client.bgsave()
    deadline = time.monotonic() + 5
    while server.client.info("persistence")["rdb_last_bgsave_status"] != "err":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def read_only(server):
    server.client.replicaof("127.0.0.1", 1)


def silent_replica(server):
    server.client.config_set("replica-serve-stale-data", "no")
    server.client.replicaof("127.0.0.1", 1)


def killed(server):
    server.kill()


def frozen(server):
    server.freeze()


TROUBLE = [full, cannot_save, read_only, silent_replica, killed, frozen]


def see(app, conn, past):
    """A learner and their client, and what all three answers should be by PostgreSQL itself."""
    learner = builders.make_user(conn)
    course = attend(conn, learner)
    client = logged_in(app, conn, learner)
    return SimpleNamespace(app=app, past=past, client=client, course=course)


def logged_in(app, conn, user):
    """A client of this very app."""
    client = anonymous(app)
    client.set_cookie("access_token", builders.access_token(app, conn, user))
    return client


def assert_right_after_changes(seen):
    """Three times: what is changed is what is answered next."""
    for n, lesson_id in enumerate(seen.course.lesson_ids, 1):
        path = f"/api/v1/progress/lessons/{lesson_id}"
        assert seen.client.post(path, json=FINISH).status_code == 200
        mine = seen.client.get(MINE)
        assert (mine.status_code, mine.json["total_points"]) == (200, 10 * n)
        publish(seen, f"Title {n}")
        listed = anonymous(seen.app).get(LIST)
        assert listed.status_code == 200
        assert listed.json["items"][0]["title"] == f"Title {n}"
        assert anonymous(seen.app).get(ACHIEVEMENTS).json["items"] == []


def publish(seen, title):
    """Change a course, as an endpoint would, as nobody but the owner may do it yet."""
    with seen.app.app_context(), dropping() as drops, seen.past.transaction():
        seen.past.execute("update courses set title = %s where id = %s", [title, seen.course.id])
        with connection() as conn:
            drops.record(conn, COURSES())


@pytest.mark.parametrize("happens", TROUBLE, ids=lambda trouble: trouble.__name__)
def test_the_answers_are_right_before_and_after_it_happens(make_app, conn, past, happens):
    with own_redis() as server:
        before = make_app(CACHE_REDIS_URL=server.url)
        seen = see(before, conn, past)
        for client, path in ((seen.client, MINE), (seen.client, LIST), (seen.client, ACHIEVEMENTS)):
            assert client.get(path).status_code == 200
        happens(server)
        assert_right_after_changes(seen)
        assert_right_after_changes(see(make_app(CACHE_REDIS_URL=server.url), conn, past))


@pytest.mark.parametrize("url", [NOWHERE, "silent", "redis://127.0.0.1:1/1", "no such database"])
def test_the_answers_are_right_with_a_wrong_url(make_app, conn, past, server, silent, url):
    no_database = server.url.replace("db=1", "db=99")
    app = make_app(
        CACHE_REDIS_URL={"silent": silent, "no such database": no_database}.get(url, url)
    )
    assert_right_after_changes(see(app, conn, past))


def test_switched_off_nothing_is_asked_or_kept_and_nothing_forgotten(
    make_app, conn, past, server, recorded
):
    on = make_app(CACHE_REDIS_URL=server.url)
    off = make_app(CACHE_REDIS_URL=server.url.replace("db=1", "db=5"), CACHE="off")
    anonymous(on).get(LIST)
    before = server.client.get("courses:published")
    threads = set(threading.enumerate())
    assert_right_after_changes(see(off, conn, past))
    assert "db5" not in server.client.info("keyspace")
    assert not [one for one in server.client.client_list() if one["db"] == "5"]
    assert not any(new.name == "cache-probe" for new in set(threading.enumerate()) - threads)
    # Those who have the cache, and the day it is on again, find what was written.
    assert server.client.get("courses:published") == before is not None
    assert recorded()
    seen = anonymous(make_app(CACHE_REDIS_URL=server.url)).get(LIST)
    assert seen.json["items"][0]["title"] == "Title 3"


def test_garbage_that_somebody_put_there_ends_with_a_drop(make_app, conn, past, server):
    seen = see(make_app(CACHE_REDIS_URL=server.url), conn, past)
    seen.client.get(LIST)
    server.client.delete("courses:published")
    server.client.lpush("courses:published", "not a string")
    assert seen.client.get(LIST).status_code == 200
    assert_right_after_changes(seen)


def timed(app, number, threads=THREADS):
    """The seconds of so many requests of each thread, in order."""

    def ask(_):
        client, seconds = anonymous(app), []
        for _ in range(number):
            started = time.monotonic()
            assert client.get(LIST).status_code == 200
            seconds.append(time.monotonic() - started)
        return seconds

    with ThreadPoolExecutor(threads) as executor:
        return list(executor.map(ask, range(threads)))


def test_a_redis_that_hangs_costs_a_thread_a_moment_once(make_app, conn, server, wait_until):
    app = make_app(CACHE_REDIS_URL=server.url)
    timed(app, 20)
    assert server.client.exists("courses:published")
    server.freeze()
    try:
        waited = [each for seconds in timed(app, 100) for each in seconds if each > 0.09]
        # Once a thread, for Redis; and once for a machine that is busy.
        assert len(waited) <= THREADS + 1
        assert max(waited) < 0.3
    finally:
        server.thaw()
    server.client.delete("courses:published")

    # By itself, as the probe finds out.
    def is_kept_again():
        timed(app, 1, 1)
        return server.client.exists("courses:published")

    assert wait_until(is_kept_again) < 2


def test_the_probe_stays_one_thread_however_many_ask(make_app, conn, silent):
    app = make_app(CACHE_REDIS_URL=silent)
    before = set(threading.enumerate())
    timed(app, 10, 8)
    new = set(threading.enumerate()) - before
    assert [thread.name for thread in new if thread.name == "cache-probe"] == ["cache-probe"]


def test_a_full_redis_still_answers_what_it_has(make_app, conn, past):
    with own_redis() as server:
        app = make_app(CACHE_REDIS_URL=server.url)
        timed(app, 1, 1)
        full(server)
        time.sleep(0.3)
        # Changed past the service: it is the kept one that is answered.
        before = anonymous(app).get(LIST).data
        past.execute("update courses set title = 'Past the service'")
        assert before in [anonymous(app).get(LIST).data for _ in range(5)]


def test_everything_that_drops_works_without_redis(make_app, conn, past):
    app = make_app(CACHE_REDIS_URL=NOWHERE)
    admin, learner = builders.make_user(conn, "admin"), builders.make_user(conn)
    as_admin, as_learner = (logged_in(app, conn, user) for user in (admin, learner))
    course = attend(conn, learner, lessons=6)
    corrections = f"/api/v1/gamification/users/{learner.id}/corrections"
    new = {"title": "T", "description": "D", "metric": "total_points", "threshold": 10**6}

    def correct(n):
        body = {"correction_id": learner.id * 10 + n, "points": 1, "note": "Asked"}
        assert as_admin.post(corrections, json=body).status_code == 201

    # From the third on, nobody has looked for long.
    for n in range(4):
        correct(n)
    path = f"/api/v1/progress/lessons/{course.lesson_ids[0]}"
    assert as_learner.post(path, json=FINISH).status_code == 200
    assert as_learner.post(f"{LIST}/{course.id}/enroll").status_code == 200
    assert as_learner.patch("/api/v1/auth/me", json={"timezone": "Asia/Tokyo"}).status_code == 200
    made = as_admin.post(ACHIEVEMENTS, json=new | {"code": f"c{learner.id}"})
    assert made.status_code == 201
    there = f"{ACHIEVEMENTS}/{made.json['id']}"
    assert as_admin.patch(there, json={"title": "Another"}).status_code == 200
    assert as_admin.delete(there).status_code == 204
    correct(5)
    run = app.test_cli_runner().invoke
    pending = make_achievement(past, "total_points", 1)
    assert run(args=["achievements", "backfill", pending.code]).exit_code == 0
    past.execute("update user_points set level = 3 where user_id = %s", [learner.id])
    assert run(args=["levels", "apply"]).output.startswith("1 learners")
    assert run(args=["cache", "drop", "courses:published"]).exit_code == 0
    past.execute("update achievements set is_active = false")
    # A row or two say everything.
    assert past.execute("select count(*) from cache_drops").fetchone()[0] < 20
    assert past.execute("select count(*) > 0 from cache_drops where key = '*'").fetchone()[0]


def test_writers_wait_once_when_redis_goes_away(make_app, conn, past):
    seen = see(make_app(CACHE_REDIS_URL=NOWHERE), conn, past)
    seconds = []
    for n in range(6):
        started = time.monotonic()
        publish(seen, f"Slow {n}")
        seconds.append(time.monotonic() - started)
    # The first must know that every worker has looked.
    assert max(seconds) < 0.6
    assert max(seconds[3:]) < 0.15


@pytest.mark.parametrize("path", [LIST, ACHIEVEMENTS])
def test_without_postgresql_it_is_503_as_soon_as_without_a_cache(make_app, server, path):
    nowhere = "postgresql://courseapp@/courseapp?host=/nonexistent"
    app = make_app(
        DATABASE_URL=nowhere, DATABASE_POOL_TIMEOUT_SECONDS="1", CACHE_REDIS_URL=server.url
    )

    def ask(_):
        started = time.monotonic()
        assert_problem(anonymous(app).get(path), "unavailable")
        return time.monotonic() - started

    with ThreadPoolExecutor(THREADS) as threads:
        assert max(threads.map(ask, range(THREADS))) < 1.9


def test_when_postgresql_is_back_the_answers_are_right(make_app, environ, conn, past, server):
    seen = see(make_app(CACHE_REDIS_URL=server.url, DATABASE_POOL_TIMEOUT_SECONDS="1"), conn, past)
    seen.client.get(LIST)
    name = conninfo_to_dict(environ["DATABASE_URL"])["dbname"]
    with psycopg.connect(environ["DATABASE_OWNER_URL"], autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = %s and application_name = 'courseapp'",
            [name],
        )
    time.sleep(0.3)
    # One may fail, as without a cache.
    seen.client.get(LIST)
    assert_right_after_changes(seen)
