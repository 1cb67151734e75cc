"""GET /api/v1/courses/<id>/enroll: am I in?"""

import builders
import pytest
from problems import assert_problem

from courseapp.schemas.enrollments import EnrollmentSchema


def path(course):
    return f"/api/v1/courses/{course.id}/enroll"


def test_the_enrolled_see_their_enrollment(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    made = client.post(path(course)).json
    answer = client.get(path(course))
    assert (answer.status_code, answer.json) == (200, made)
    assert not EnrollmentSchema().validate(answer.json)


def test_others_get_404(as_user, conn, learner):
    course = builders.make_course(conn)
    builders.enroll(conn, builders.make_user(conn), course)
    assert_problem(as_user(learner).get(path(course)), "not_found")


def test_an_unpublished_course_is_kept(as_user, conn, learner):
    course = builders.make_course(conn, published=False)
    builders.enroll(conn, learner, course)
    assert as_user(learner).get(path(course)).status_code == 200


@pytest.mark.parametrize(
    "ref", ["0", "01", "-1", "999999999", str(2**63 - 1), str(2**63), "a-slug"]
)
def test_what_does_not_exist_is_404(as_user, learner, ref):
    assert_problem(as_user(learner).get(f"/api/v1/courses/{ref}/enroll"), "not_found")


def test_the_anonymous_are_401(client, conn):
    assert_problem(client.get(path(builders.make_course(conn))), "unauthenticated")


def test_the_callers_browser_keeps_it_and_asks_again(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    builders.enroll(conn, learner, course)
    answer = client.get(path(course))
    assert answer.headers["Cache-Control"] == "private, no-cache"
    headers = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(path(course), headers=headers).status_code == 304
    conn.execute("update enrollments set completed_at = now() where user_id = %s", [learner.id])
    assert client.get(path(course), headers=headers).status_code == 200


def test_head_and_options(as_user, client, conn, learner):
    course = builders.make_course(conn)
    builders.enroll(conn, learner, course)
    head = as_user(learner).head(path(course))
    assert (head.status_code, head.data) == (200, b"")
    options = client.options(path(course))
    assert options.status_code == 200
    allowed = set(options.headers["Allow"].split(", "))
    assert allowed == {"GET", "HEAD", "POST", "DELETE", "OPTIONS"}
