"""POST /api/v1/courses/<id>/enroll: in, once."""

import builders
import pytest
from problems import assert_problem

from courseapp.schemas.enrollments import EnrollmentSchema


def path(course):
    return f"/api/v1/courses/{course.id}/enroll"


def enrollments(conn, user):
    return conn.execute(
        "select course_id, completed_at from enrollments where user_id = %s", [user.id]
    ).fetchall()


def complete(conn, user, lesson_id, at="2026-01-01 12:00:00+00"):
    conn.execute(
        "insert into lesson_progress (user_id, lesson_id, is_completed, completed_at)"
        " values (%s, %s, true, %s)",
        [user.id, lesson_id, at],
    )


def test_the_first_time_is_201(as_user, conn, learner):
    course = builders.make_course(conn)
    answer = as_user(learner).post(path(course))
    assert answer.status_code == 201
    assert not EnrollmentSchema().validate(answer.json)
    assert answer.json["course_id"] == course.id
    assert answer.json["completed_at"] is None
    assert answer.headers["Cache-Control"] == "no-store"
    assert enrollments(conn, learner) == [(course.id, None)]


def test_and_every_other_time_is_200_with_the_same_enrollment(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    first = client.post(path(course))
    for _ in range(2):
        again = client.post(path(course))
        assert (again.status_code, again.json) == (200, first.json)
    assert len(enrollments(conn, learner)) == 1


@pytest.mark.parametrize(
    "body", [{}, {"data": "{", "content_type": "application/json"}, {"data": {"a": "b"}}]
)
def test_it_needs_no_body(as_user, conn, learner, body):
    assert as_user(learner).post(path(builders.make_course(conn)), **body).status_code == 201


def test_the_anonymous_are_401(client, conn):
    assert_problem(client.post(path(builders.make_course(conn))), "unauthenticated")


@pytest.mark.parametrize("hidden", [{}, {"archived_at": "now"}])
def test_what_is_not_published_is_404(as_user, conn, learner, hidden):
    course = builders.make_course(conn, published=False, **hidden)
    assert_problem(as_user(learner).post(path(course)), "not_found")
    assert enrollments(conn, learner) == []


def test_nor_do_its_staff_enroll_in_a_draft(as_user, conn):
    instructor = builders.make_user(conn, "instructor")
    course = builders.make_course(conn, published=False, instructor=instructor)
    assert_problem(as_user(instructor).post(path(course)), "not_found")


@pytest.mark.parametrize(
    "ref", ["0", "01", "-1", "999999999", str(2**63 - 1), str(2**63), "9" * 50, "a-slug", "1.5"]
)
def test_what_does_not_exist_is_404(as_user, learner, ref):
    assert_problem(as_user(learner).post(f"/api/v1/courses/{ref}/enroll"), "not_found")


def test_who_is_enrolled_stays_so_when_it_is_unpublished(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    first = client.post(path(course))
    conn.execute("update courses set published_at = null where id = %s", [course.id])
    again = client.post(path(course))
    assert (again.status_code, again.json) == (200, first.json)


def test_who_left_an_unpublished_course_cannot_return(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    client.post(path(course))
    conn.execute("update courses set published_at = null where id = %s", [course.id])
    client.delete(path(course))
    assert_problem(client.post(path(course)), "not_found")


def test_a_course_without_lessons_is_not_completed_by_enrolling(as_user, conn, learner):
    course = builders.make_course(conn, lessons=0)
    assert as_user(learner).post(path(course)).json["completed_at"] is None


def test_who_returns_after_completing_has_still_completed(as_user, conn, learner):
    course, client = builders.make_course(conn, lessons=2), as_user(learner)
    client.post(path(course))
    for lesson_id in course.lesson_ids:
        complete = {
            "watched_seconds": 300,
            "last_position_seconds": 300,
            "completion_percentage": 100,
        }
        client.post(f"/api/v1/progress/lessons/{lesson_id}", json=complete)
    before = client.post(path(course)).json
    assert before["completed_at"] is not None
    client.delete(path(course))
    after = client.post(path(course))
    assert after.status_code == 201
    assert after.json["completed_at"] == before["completed_at"]


def test_who_comes_back_when_nothing_is_left_to_do_completes_it_and_gets_its_points(
    as_user, conn, learner
):
    course = builders.make_course(conn, lessons=2, completion_points=50)
    client = as_user(learner)
    for lesson_id in course.lesson_ids:
        complete(conn, learner, lesson_id)
    assert client.post(path(course)).json["completed_at"] is not None
    ledger = client.get("/api/v1/gamification/me/history").json["items"]
    bonus = [entry["points"] for entry in ledger if entry["reason"] == "course_completed"]
    assert bonus == [50]
    client.delete(path(course))
    assert client.post(path(course)).json["completed_at"] is not None
    assert client.get("/api/v1/gamification/me/history").json["items"] == ledger


def test_a_lesson_added_while_away_leaves_the_course_completed(as_user, conn, learner):
    course, client = builders.make_course(conn, lessons=1), as_user(learner)
    client.post(path(course))
    complete(conn, learner, course.lesson_ids[0])
    client.delete(path(course))
    before = client.post(path(course)).json["completed_at"]
    client.delete(path(course))
    builders.make_lesson(conn, course)
    assert client.post(path(course)).json["completed_at"] == before is not None


def test_leaving_is_remembered(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    enrolled_at = client.post(path(course)).json["enrolled_at"]
    for _ in range(2):
        client.delete(path(course))
    rows = conn.execute(
        "select course_id, to_json(enrolled_at)#>>'{}' from past_enrollments where user_id = %s",
        [learner.id],
    ).fetchall()
    assert rows == [(course.id, enrolled_at)]


def test_a_lesson_that_came_meanwhile_is_to_be_done_first(as_user, conn, learner):
    course = builders.make_course(conn, lessons=1)
    complete(conn, learner, course.lesson_ids[0])
    builders.make_lesson(conn, course)
    assert as_user(learner).post(path(course)).json["completed_at"] is None


def test_lessons_that_are_not_published_do_not_count(as_user, conn, learner):
    course = builders.make_course(conn, lessons=1)
    complete(conn, learner, course.lesson_ids[0])
    builders.make_lesson(conn, course, published_at=None)
    assert as_user(learner).post(path(course)).json["completed_at"] is not None


def test_what_others_completed_does_not_count(as_user, conn, learner):
    course = builders.make_course(conn, lessons=1)
    complete(conn, builders.make_user(conn), course.lesson_ids[0])
    assert as_user(learner).post(path(course)).json["completed_at"] is None
