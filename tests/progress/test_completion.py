"""What completing a lesson brings, once: points, a level, and at the end the course."""

import builders
import pytest


def test_completing_a_lesson_brings_its_points(watch, conn, earned):
    w = watch(lesson={"points": 15})
    w.report()
    assert earned(w.user) == (0, 1, 0, 0)
    assert w.finish().json["is_completed"]
    assert earned(w.user) == (15, 1, 15, 1)
    entry = conn.execute(
        "select points, reason, source_id, note from points_history where user_id = %s",
        [w.user.id],
    ).fetchone()
    assert entry == (15, "lesson_completed", w.lesson_id, None)
    assert w.client.get("/api/v1/gamification/me").json["total_points"] == 15


def test_the_very_first_update_may_complete(watch, earned):
    w = watch()
    state = w.finish().json
    assert state["is_completed"]
    assert state["completed_at"]
    assert earned(w.user) == (10, 1, 10, 1)


def test_points_are_given_once(watch, earned, forget_throttle, conn):
    w = watch()
    for _ in range(4):
        assert w.finish().status_code == 200
        forget_throttle(w.user)
    assert earned(w.user) == (10, 1, 10, 1)


def test_a_retry_after_a_lost_answer_finds_everything_done(watch, conn, completed_at):
    """Whatever was written stays as it is, to the row version."""
    w = watch(lessons=1)
    first = w.finish().json
    everything = (
        "select p.xmin, h.xmin, e.xmin, e.completed_at, lp.completed_at from user_points as p"
        " join points_history as h using (user_id) join enrollments as e using (user_id)"
        " join lesson_progress as lp using (user_id) where user_id = %s"
    )
    before = conn.execute(everything, [w.user.id]).fetchall()
    again = w.finish()
    assert again.status_code == 200
    assert again.json == first | {"updated_at": again.json["updated_at"], "earned": None}
    assert conn.execute(everything, [w.user.id]).fetchall() == before


def test_a_lesson_without_points_is_completed_too(watch, earned):
    w = watch(lesson={"points": 0})
    assert w.finish().json["is_completed"]
    assert earned(w.user) == (0, 1, 0, 1)


@pytest.mark.parametrize(
    ("points", "level"),
    [(99, 1), (100, 2), (101, 2), (499, 3), (500, 4), (1499, 5), (33_000, 15), (1_000_000, 15)],
)
def test_the_level_follows_the_points_also_over_several_thresholds(watch, earned, points, level):
    w = watch(lesson={"points": points})
    w.finish()
    assert earned(w.user) == (points, level, points, 1)


def test_the_points_of_several_lessons_add_up(watch, earned, conn):
    w = watch(lessons=0)
    for points in (60, 50, 139, 1):
        builders.make_lesson(conn, w.course, points=points)
    levels = []
    for lesson_id in w.course.lesson_ids:
        w.finish(lesson_id)
        levels.append(earned(w.user)[:2])
    assert levels == [(60, 1), (110, 2), (249, 2), (250, 3)]


def test_points_do_not_come_back_for_a_lesson_done_before_leaving(watch, earned):
    w = watch()
    w.finish()
    w.client.delete(f"/api/v1/courses/{w.course.id}/enroll")
    w.client.post(f"/api/v1/courses/{w.course.id}/enroll")
    w.finish()
    assert earned(w.user) == (10, 1, 10, 1)


def test_the_course_is_completed_with_its_last_lesson_and_not_before(watch, completed_at):
    w = watch(lessons=3)
    for lesson_id in reversed(w.course.lesson_ids):
        assert completed_at(w.user, w.course) is None
        w.finish(lesson_id)
    assert completed_at(w.user, w.course) is not None


def test_lessons_of_every_module_count(watch, conn, completed_at):
    w = watch(lessons=1)
    builders.make_module(conn, w.course)
    last = builders.make_lesson(conn, w.course, position=1)
    w.finish()
    assert completed_at(w.user, w.course) is None
    w.finish(last)
    assert completed_at(w.user, w.course) is not None


def test_lessons_that_are_not_published_do_not_count(watch, conn, completed_at):
    w = watch(lessons=1)
    builders.make_lesson(conn, w.course, published_at=None)
    w.finish()
    assert completed_at(w.user, w.course) is not None


def test_watching_most_of_the_last_lesson_is_not_enough(watch, completed_at):
    w = watch(lessons=2)
    w.finish()
    w.report(280, percentage=94, lesson_id=w.course.lesson_ids[1])
    assert completed_at(w.user, w.course) is None


def test_other_courses_and_learners_are_not_completed(watch, completed_at):
    w, companion = watch(lessons=1), watch(lessons=1)
    other = watch(user=w.user, lessons=1)
    fellow = watch(course=w.course)
    w.finish()
    assert completed_at(w.user, w.course) is not None
    assert completed_at(w.user, other.course) is None
    assert completed_at(fellow.user, w.course) is None
    assert completed_at(companion.user, companion.course) is None


def test_the_course_keeps_the_moment_of_its_completion(watch, conn, completed_at):
    w = watch(lessons=1)
    w.finish()
    first = completed_at(w.user, w.course)
    added = builders.make_lesson(conn, w.course)
    w.finish(added)
    assert completed_at(w.user, w.course) == first


def test_an_unpublished_course_can_be_completed_by_the_enrolled(watch, conn, completed_at):
    w = watch(lessons=1)
    conn.execute("update courses set published_at = null where id = %s", [w.course.id])
    w.finish()
    assert completed_at(w.user, w.course) is not None


def test_a_learner_without_a_points_row_gets_one(watch, conn, earned):
    w = watch()
    conn.execute("delete from user_points where user_id = %s", [w.user.id])
    assert w.finish().json["is_completed"]
    assert earned(w.user) == (10, 1, 10, 1)
