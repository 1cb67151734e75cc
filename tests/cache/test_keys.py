"""What is kept, under which key and for how long, and what drops it."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import builders
import pytest
from achievements.earning import FINISH, attend, make_achievement
from conftest import anonymous
from redis.connection import parse_url
from streaks.clock import Clock

from courseapp.cache import COURSES
from courseapp.cache_drops import dropping
from courseapp.cache_lease import OWNER
from courseapp.cache_store import STATS
from courseapp.db import connection

LIST, ACHIEVEMENTS = "/api/v1/courses", "/api/v1/achievements"
MINE = "/api/v1/gamification/me"


@pytest.fixture
def keys(kept):
    """The keys that there are."""
    return lambda: {key.decode() for key in kept.scan_iter()} - {STATS, OWNER}


@pytest.fixture
def admin(as_user, conn):
    """A client that is logged in as an admin."""
    return as_user(builders.make_user(conn, "admin"))


@pytest.fixture
def everything(client, as_user, admin, conn, learner, keys):
    """One of each kept, and a second learner's; with whom to change them."""
    course = attend(conn, learner, lessons=2, completion_points=5)
    other, made = builders.make_user(conn), make_achievement(conn, "lessons_completed", 999)
    mine, others = as_user(learner), as_user(other)
    for caller, path in ((client, LIST), (client, ACHIEVEMENTS), (mine, MINE), (others, MINE)):
        assert caller.get(path).status_code == 200
    of_learner, of_other = f"gamification:{learner.id}", f"gamification:{other.id}"
    assert keys() == {"courses:published", "achievements:active", of_learner, of_other}
    return SimpleNamespace(
        client=mine, learner=learner, course=course, made=made, key=of_learner, other=of_other
    )


@pytest.mark.parametrize(
    ("path", "key", "seconds"),
    [
        (LIST, "courses:published", 600),
        (ACHIEVEMENTS, "achievements:active", 3600),
    ],
)
def test_what_everybody_may_see_is_kept_as_it_is_answered(client, conn, kept, path, key, seconds):
    builders.make_course(conn)
    answer = client.get(path)
    assert kept.get(key) == answer.data
    assert json.loads(kept.get(key)) == answer.json
    assert seconds - 5 < kept.pttl(key) / 1000 <= seconds
    assert client.get(path).data == answer.data


def test_a_learners_gamification_is_kept_for_five_minutes_at_most(as_user, learner, kept):
    answer = as_user(learner).get(MINE)
    key = f"gamification:{learner.id}"
    assert kept.get(key) == answer.data
    assert 0 < kept.pttl(key) / 1000 <= 300


def test_it_is_really_the_kept_one_that_is_answered(client, kept, conn):
    conn.execute("select")
    body = client.get(ACHIEVEMENTS).json
    kept.set("achievements:active", json.dumps(body | {"items": []}))
    assert client.get(ACHIEVEMENTS).json["items"] == []
    kept.delete("achievements:active")


def test_the_default_parameters_may_be_spelled_out(client, conn, keys):
    conn.execute("select")
    client.get(f"{LIST}?limit=20&is_published=true")
    assert keys() == {"courses:published"}


@pytest.mark.parametrize("query", ["limit=19", "limit=21", "q=course", "limit=20&q=one"])
def test_other_pages_and_searches_are_not_kept(client, conn, keys, query):
    builders.make_course(conn)
    assert client.get(f"{LIST}?{query}").status_code == 200
    assert keys() == set()


def test_the_second_page_is_not_kept_and_not_the_first(client, conn, keys):
    for _ in range(2):
        builders.make_course(conn)
    cursor = client.get(f"{LIST}?limit=1").json["next_cursor"]
    assert client.get(LIST, query_string={"cursor": cursor}).status_code == 200
    assert keys() == set()


def test_drafts_are_not_kept(admin, keys):
    assert admin.get(f"{LIST}?is_published=false").status_code == 200
    assert keys() == set()


def test_what_is_asked_when_logged_in_is_not_kept(as_user, learner, admin, keys):
    mine = as_user(learner)
    assert mine.get(ACHIEVEMENTS).status_code == 200
    assert admin.get(f"{ACHIEVEMENTS}?is_active=false").status_code == 200
    assert keys() == set()


def test_refusals_are_not_kept(client, keys, conn):
    conn.execute("select")
    assert client.get(MINE).status_code == 401
    assert client.get(f"{LIST}?limit=0").status_code == 422
    assert keys() == set()


def test_the_limits_have_another_database(environ):
    cache, limits = (parse_url(environ[name]) for name in ("CACHE_REDIS_URL", "REDIS_URL"))
    assert cache.pop("db") != limits.pop("db", 0)
    assert cache == limits


def test_without_a_url_of_its_own_the_cache_has_the_database_after(make_app):
    app = make_app(CACHE_REDIS_URL="", REDIS_URL="redis://example.com:7000/4")
    with app.app_context():
        from courseapp.cache import store

        options = store().client.connection_pool.connection_kwargs
    assert (options["host"], options["port"], options["db"]) == ("example.com", 7000, 5)


@pytest.mark.parametrize("path", [LIST, ACHIEVEMENTS, MINE])
def test_who_has_the_kept_one_gets_304(as_user, client, learner, kept, path):
    caller = as_user(learner) if path == MINE else client
    first = caller.get(path)
    hit = caller.get(path)
    assert (hit.status_code, hit.data) == (200, first.data)
    assert hit.headers["ETag"] == first.headers["ETag"]
    again = caller.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("zone", "moment", "seconds"),
    [
        ("UTC", datetime(2026, 1, 1, 23, 59, tzinfo=UTC), 60),
        ("UTC", datetime(2026, 1, 1, 23, 30, tzinfo=UTC), 300),
        ("Asia/Kolkata", datetime(2026, 1, 1, 18, 28, tzinfo=UTC), 120),
        # The clocks go back at midnight: the day goes on for another hour.
        ("America/Havana", datetime(2026, 11, 1, 3, 59, tzinfo=UTC), 60),
    ],
)
def test_a_learners_day_ends_at_their_midnight(clocked, conn, past, kept, zone, moment, seconds):
    app, clock = clocked
    user = builders.make_user(conn, timezone=zone)
    client = anonymous(app)
    client.set_cookie("access_token", builders.access_token(app, conn, user))
    clock.set(moment)
    assert client.get(MINE).status_code == 200
    assert seconds - 5 < kept.pttl(f"gamification:{user.id}") / 1000 <= seconds


def test_after_midnight_nothing_of_yesterday_is_kept(clocked, conn, kept, wait_until):
    app, clock = clocked
    user = builders.make_user(conn)
    client = anonymous(app)
    client.set_cookie("access_token", builders.access_token(app, conn, user))
    clock.set(datetime(2026, 1, 1, 23, 59, 59, 700_000, tzinfo=UTC))
    client.get(MINE)
    wait_until(lambda: not kept.exists(f"gamification:{user.id}"), 0.35)


@pytest.fixture(scope="module")
def clocked(make_app, conn, environ):
    """An app, and the clock by which it lives."""
    clock = Clock(conn, environ["DATABASE_URL"])
    return make_app(DATABASE_URL=clock.url), clock


def gone(keys, recorded, everything):
    """Which of the four were dropped; nothing is left to drop."""
    assert recorded() == []
    four = {"courses:published", "achievements:active", everything.key, everything.other}
    return four - keys()


def lesson(everything, n=0):
    return f"/api/v1/progress/lessons/{everything.course.lesson_ids[n]}"


def test_completing_drops_the_learners(everything, keys, recorded):
    assert everything.client.post(lesson(everything), json=FINISH).status_code == 200
    assert gone(keys, recorded, everything) == {everything.key}
    assert everything.client.get(MINE).json["total_points"] > 0


def test_completing_again_drops_again_for_a_while(everything, past, keys, recorded):
    """Who completed it first may have died before its drop."""
    everything.client.post(lesson(everything), json=FINISH)
    everything.client.get(MINE)
    assert everything.client.post(lesson(everything), json=FINISH).status_code == 200
    assert gone(keys, recorded, everything) == {everything.key}
    everything.client.get(MINE)
    past.execute("update lesson_progress set completed_at = completed_at - interval '10 seconds'")
    assert everything.client.post(lesson(everything), json=FINISH).status_code == 200
    assert gone(keys, recorded, everything) == set()


def test_enrolling_drops_nothing_unless_it_earns(everything, conn, keys, recorded, past):
    course = builders.make_course(past)
    path = f"{LIST}/{course.id}/enroll"
    past.execute("update achievements set is_active = false where metric = 'courses_enrolled'")
    assert everything.client.post(path).status_code == 201
    assert gone(keys, recorded, everything) == set()
    make_achievement(past, "courses_enrolled", 3)
    course = builders.make_course(past)
    assert everything.client.post(f"{LIST}/{course.id}/enroll").status_code == 201
    assert gone(keys, recorded, everything) == {everything.key}
    assert everything.client.get(MINE).json["achievements_count"] == 1
    # Again, because who enrolled them first may have died before its drop.
    assert everything.client.post(f"{LIST}/{course.id}/enroll").status_code == 200
    assert gone(keys, recorded, everything) == {everything.key}


def test_a_correction_drops_the_learners(everything, admin, keys, recorded):
    path = f"/api/v1/gamification/users/{everything.learner.id}/corrections"
    body = {"correction_id": everything.learner.id, "points": 7, "note": "Asked"}
    assert admin.post(path, json=body).status_code == 201
    assert gone(keys, recorded, everything) == {everything.key}
    assert everything.client.get(MINE).json["total_points"] == 7
    assert admin.post(path, json=body).status_code == 200
    assert gone(keys, recorded, everything) == {everything.key}


def test_another_time_zone_drops_the_learners_and_another_name_does_not(everything, keys, recorded):
    me = "/api/v1/auth/me"
    assert everything.client.patch(me, json={"full_name": "Eva"}).status_code == 200
    assert gone(keys, recorded, everything) == set()
    assert everything.client.patch(me, json={"timezone": "Asia/Tokyo"}).status_code == 200
    assert gone(keys, recorded, everything) == {everything.key}


def test_a_new_achievement_drops_their_list(everything, admin, keys, recorded):
    new = {"title": "T", "description": "D", "metric": "total_points", "threshold": 10**6}
    code = f"new_{everything.learner.id}"
    assert admin.post(ACHIEVEMENTS, json=new | {"code": code}).status_code == 201
    assert gone(keys, recorded, everything) == {"achievements:active"}
    # Refused: it is there already.
    assert admin.post(ACHIEVEMENTS, json=new | {"code": code}).status_code == 409
    assert recorded() == []


def test_a_changed_achievement_drops_everything(everything, admin, client, keys, recorded):
    path = f"{ACHIEVEMENTS}/{everything.made.id}"
    assert admin.patch(path, json={"title": "Another"}).status_code == 200
    assert (keys(), recorded()) == (set(), [])
    assert "Another" in client.get(ACHIEVEMENTS).text


def test_a_deleted_achievement_drops_their_list(everything, admin, client, keys, recorded):
    path = f"{ACHIEVEMENTS}/{everything.made.id}"
    assert admin.delete(path).status_code == 204
    assert gone(keys, recorded, everything) == {"achievements:active"}
    client.get(ACHIEVEMENTS)
    assert admin.delete(path).status_code == 404
    assert gone(keys, recorded, everything) == set()


def test_publishing_drops_the_list_of_courses(everything, app, client, keys, recorded):
    with app.app_context(), dropping() as drops, connection() as conn, conn.transaction():
        drops.record(conn, COURSES())
    assert gone(keys, recorded, everything) == {"courses:published"}


def test_what_is_rolled_back_drops_nothing(everything, app, keys, recorded):
    with (
        pytest.raises(ZeroDivisionError),
        app.app_context(),
        dropping() as drops,
        connection() as conn,
        conn.transaction(),
    ):
        drops.record(conn, COURSES())
        raise ZeroDivisionError
    assert gone(keys, recorded, everything) == set()


def test_an_ordinary_update_sends_nothing_to_redis_and_records_nothing(
    recorder, conn, learner, recorded, keys
):
    course = attend(conn, learner)
    client = anonymous(recorder.app)
    client.set_cookie("access_token", builders.access_token(recorder.app, conn, learner))
    assert client.get(MINE).status_code == 200
    update = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 3}
    with recorder.recording() as seen:
        answer = client.post(f"/api/v1/progress/lessons/{course.lesson_ids[0]}", json=update)
    assert answer.status_code == 200
    assert (seen.redis_commands, seen.statements) == (0, ["progress.record_progress"])
    assert (keys(), recorded()) == ({f"gamification:{learner.id}"}, [])
