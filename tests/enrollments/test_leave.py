"""DELETE /api/v1/courses/<id>/enroll: out, and the progress stays."""

from concurrent.futures import ThreadPoolExecutor

import builders
import psycopg
import pytest
from problems import assert_problem

from courseapp.db import queries


def path(course):
    return f"/api/v1/courses/{course.id}/enroll"


def test_leaving_is_204_also_the_second_time(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    client.post(path(course))
    for _ in range(2):
        answer = client.delete(path(course))
        assert (answer.status_code, answer.data) == (204, b"")
    assert_problem(client.get(path(course)), "not_found")


def test_who_left_has_no_lessons_any_more(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    client.post(path(course))
    client.delete(path(course))
    answer = client.get(f"/api/v1/lessons/{course.lesson_ids[0]}")
    assert_problem(answer, "not_enrolled")


def test_the_progress_waits_for_a_return(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    client.post(path(course))
    lesson = course.lesson_ids[0]
    update = {"watched_seconds": 90, "last_position_seconds": 80, "completion_percentage": 30}
    client.post(f"/api/v1/progress/lessons/{lesson}", json=update)
    before = client.get(f"/api/v1/lessons/{lesson}").json["progress"]
    assert before["last_position_seconds"] == 80
    client.delete(path(course))
    assert client.post(path(course)).status_code == 201
    assert client.get(f"/api/v1/lessons/{lesson}").json["progress"] == before


def test_others_and_other_courses_stay(as_user, conn, learner):
    course, other_course = builders.make_course(conn), builders.make_course(conn)
    other = builders.make_user(conn)
    for user, of in [(learner, course), (learner, other_course), (other, course)]:
        builders.enroll(conn, user, of)
    as_user(learner).delete(path(course))
    rows = conn.execute(
        "select user_id, course_id from enrollments where course_id in (%s, %s)",
        [course.id, other_course.id],
    ).fetchall()
    assert sorted(rows) == [(learner.id, other_course.id), (other.id, course.id)]


def test_one_can_leave_an_unpublished_course(as_user, conn, learner):
    course = builders.make_course(conn, published=False)
    builders.enroll(conn, learner, course)
    assert as_user(learner).delete(path(course)).status_code == 204


def test_there_may_be_no_such_course(as_user, learner):
    assert as_user(learner).delete("/api/v1/courses/999999999/enroll").status_code == 204


@pytest.mark.parametrize("ref", ["0", "01", "-1", "%D9%A3", str(2**63), "a-slug"])
def test_what_cannot_be_a_course_is_404(as_user, learner, ref):
    assert_problem(as_user(learner).delete(f"/api/v1/courses/{ref}/enroll"), "not_found")


def test_the_anonymous_are_401(client, conn):
    assert_problem(client.delete(path(builders.make_course(conn))), "unauthenticated")


def test_leaving_waits_for_a_completion_that_is_under_way(app, environ, as_user, conn, learner):
    course = builders.make_course(conn, lessons=1)
    builders.enroll(conn, learner, course)
    client = as_user(learner)
    with psycopg.connect(environ["DATABASE_URL"]) as device, ThreadPoolExecutor(1) as thread:
        queries.gamification.lock_user_points(device, user_id=learner.id)
        leaving = thread.submit(client.delete, path(course))
        with pytest.raises(TimeoutError):
            leaving.result(0.3)
        device.execute(
            "insert into lesson_progress (user_id, lesson_id, is_completed, completed_at)"
            " values (%s, %s, true, now())",
            [learner.id, course.lesson_ids[0]],
        )
        assert queries.progress.complete_course(device, user_id=learner.id, course_id=course.id)
        device.commit()
        assert leaving.result(10).status_code == 204
    returned = client.post(path(course))
    assert returned.status_code == 201
    assert returned.json["completed_at"]
