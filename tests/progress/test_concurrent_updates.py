"""Many devices at the same moment end in exactly the right state."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial

import builders
import pytest
from conftest import anonymous

BURST = 3
REPEATS = 100


@pytest.fixture(scope="module")
def busy_app(make_app):
    """An app with a connection for each of the devices."""
    app = make_app(DATABASE_POOL_SIZE="50")
    app.extensions["database"].open()
    app.extensions["database"].pool.wait()
    return app


@pytest.fixture(scope="module", autouse=True)
def no_deadlocks(conn):
    yield
    query = "select deadlocks from pg_stat_database where datname = current_database()"
    assert conn.execute(query).fetchone() == (0,)


@pytest.fixture
def as_user(busy_app, conn):
    def log_in(user):
        client = anonymous(busy_app)
        client.set_cookie("access_token", builders.access_token(busy_app, conn, user))
        return client

    return log_in


@pytest.fixture
def send_all(watch, as_user, at_once):
    """Send updates (watched, position, percentage, sent_at) from a device each, at once."""

    def send(w, updates):
        def device(update):
            watched, position, percentage, sent_at = update
            client = as_user(w.user)
            body = {
                "watched_seconds": watched,
                "last_position_seconds": position,
                "completion_percentage": percentage,
                "sent_at": sent_at,
            }
            path = f"/api/v1/progress/lessons/{w.lesson_id}"
            return partial(client.post, path, json=body)

        answers = at_once(*map(device, updates))
        assert {a.status_code for a in answers} <= {200, 429}
        return [u for u, a in zip(updates, answers, strict=True) if a.status_code == 200], answers

    return send


def moments(count):
    """`count` moments of the last minute, in order."""
    start = datetime.now(UTC) - timedelta(minutes=1)
    return [(start + timedelta(milliseconds=n)).isoformat() for n in range(count)]


def shuffled(updates):
    return random.sample(updates, len(updates))


def assert_state_is_of(w, stored):
    """The highest values of the stored updates, and the position of the one sent last."""
    state = w.lesson()
    assert state["watched_seconds"] == max(update[0] for update in stored)
    assert state["completion_percentage"] == max(update[2] for update in stored)
    assert state["last_position_seconds"] == max(stored, key=lambda update: update[3])[1]


@pytest.mark.parametrize("known_before", [False, True], ids=["first", "known"])
def test_50_simultaneous_reordered_updates(watch, send_all, known_before, forget_throttle):
    w = watch()
    if known_before:
        w.report(0, percentage=0, sent_at=moments(1)[0])
        forget_throttle(w.user)
    updates = [(n, 200 - n, n, moment) for n, moment in enumerate(moments(50), 1)]
    stored, answers = send_all(w, shuffled(updates))
    assert len(stored) == BURST
    assert_state_is_of(w, stored)
    for refused in (a for a in answers if a.status_code == 429):
        assert 1 <= int(refused.headers["Retry-After"]) <= 5


def test_who_was_refused_in_the_crowd_and_waits_passes(watch, send_all, conn):
    w = watch()
    updates = [(n, n, n, moment) for n, moment in enumerate(moments(20), 1)]
    _, answers = send_all(w, updates)
    longest = max(int(a.headers["Retry-After"]) for a in answers if a.status_code == 429)
    assert longest == 5
    wait = (
        "update lesson_progress set throttle_at = throttle_at - interval '5 s' where user_id = %s"
    )
    conn.execute(wait, [w.user.id])
    assert w.report().status_code == 200


def test_50_simultaneous_updates_of_which_some_complete(watch, send_all, earned, completed_at):
    for _ in range(3):
        w = watch(lessons=1)
        updates = [(n, 200 - n, n, moment) for n, moment in enumerate(moments(50), 51)]
        stored, _ = send_all(w, shuffled(updates))
        completing = [update for update in stored if update[2] >= 95]
        assert completing
        assert len(stored) - len(completing) <= BURST
        assert_state_is_of(w, stored)
        assert w.lesson()["is_completed"]
        assert earned(w.user) == (10, 1, 10, 1)
        assert completed_at(w.user, w.course) is not None


def test_50_devices_complete_one_lesson_at_once(watch, send_all, earned):
    w = watch()
    updates = [(300, n, 100, moment) for n, moment in enumerate(moments(50))]
    stored, answers = send_all(w, shuffled(updates))
    assert_state_is_of(w, stored)
    times = {a.json["completed_at"] for a in answers if a.status_code == 200}
    assert times == {w.lesson()["completed_at"]}
    assert earned(w.user) == (10, 1, 10, 1)


def test_two_devices_complete_the_same_lesson(watch, conn, at_once, earned, completed_at):
    course = builders.make_course(conn, lessons=1)
    for _ in range(REPEATS // 4):
        w = watch(course=course)
        answers = at_once(w.finish, w.finish)
        assert [a.status_code for a in answers] == [200, 200]
        assert answers[0].json["completed_at"] == answers[1].json["completed_at"]
        assert earned(w.user) == (10, 1, 10, 1)
        assert completed_at(w.user, w.course) is not None


def test_two_devices_complete_the_last_two_lessons(watch, conn, at_once, earned):
    course = builders.make_course(conn, lessons=2, lesson={"points": 60})
    for _ in range(REPEATS):
        w = watch(course=course)
        answers = at_once(*(partial(w.finish, lesson_id) for lesson_id in course.lesson_ids))
        assert [a.json["is_completed"] for a in answers] == [True, True]
        assert earned(w.user) == (120, 2, 120, 2)
        progress = w.course_progress()
        assert progress["completed_lessons"] == 2
        assert progress["is_completed"]


def test_two_devices_complete_the_last_lessons_of_two_courses(watch, at_once, earned):
    for _ in range(10):
        w = watch(lessons=1)
        other = watch(user=w.user, lessons=1)
        at_once(w.finish, other.finish)
        assert earned(w.user) == (20, 1, 20, 2)
        assert w.course_progress()["is_completed"]
        assert other.course_progress()["is_completed"]


def test_one_learner_completes_twenty_lessons_at_once(watch, as_user, at_once, earned):
    w = watch(lessons=20, lesson={"points": 5})
    finish = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 100}
    paths = [f"/api/v1/progress/lessons/{lesson_id}" for lesson_id in w.course.lesson_ids]
    devices = [partial(as_user(w.user).post, path, json=finish) for path in paths]
    assert {a.status_code for a in at_once(*devices)} == {200}
    assert earned(w.user) == (100, 2, 100, 20)
    assert w.course_progress()["is_completed"]


def test_fifty_learners_complete_one_course_at_once(watch, conn, at_once, earned, completed_at):
    course = builders.make_course(conn, lessons=1)
    learners = [watch(course=course) for _ in range(50)]
    assert {a.status_code for a in at_once(*(w.finish for w in learners))} == {200}
    for w in learners:
        assert earned(w.user) == (10, 1, 10, 1)
        assert completed_at(w.user, course) is not None


def test_an_ordinary_update_never_undoes_the_completion(watch, conn, at_once, earned):
    course = builders.make_course(conn, lessons=1)
    for turn in range(REPEATS):
        w = watch(course=course)
        if turn % 2:
            w.report(0, percentage=0)
        ordinary, completing = at_once(partial(w.report, 50, percentage=94), w.finish)
        assert (ordinary.status_code, completing.status_code) == (200, 200)
        state = w.lesson()
        assert state["is_completed"]
        assert state["completed_at"] == completing.json["completed_at"]
        assert (state["watched_seconds"], state["completion_percentage"]) == (300, 100)
        assert earned(w.user) == (10, 1, 10, 1)


@pytest.mark.parametrize("percentage", [50, 100], ids=["ordinary", "completing"])
def test_an_update_while_leaving_is_stored_whole_or_refused(
    watch, conn, at_once, earned, percentage
):
    course = builders.make_course(conn, lessons=1)
    outcomes = set()
    for turn in range(REPEATS // 4):
        w = watch(course=course)
        path = f"/api/v1/courses/{course.id}/enroll"
        calls = [partial(w.report, 100, percentage=percentage), partial(w.client.delete, path)]
        answers = at_once(*(calls if turn % 2 else calls[::-1]))
        update, left = answers if turn % 2 else answers[::-1]
        assert left.status_code == 204
        assert update.status_code in (200, 403)
        outcomes.add(update.status_code)
        w.client.post(path)
        state = w.lesson()
        is_stored = update.status_code == 200
        assert state["watched_seconds"] == (100 if is_stored else 0)
        assert state["is_completed"] is (is_stored and percentage == 100)
        points = 10 if state["is_completed"] else 0
        assert earned(w.user)[::2] == (points, points)
        assert w.course_progress()["is_completed"] is state["is_completed"]
    assert outcomes
