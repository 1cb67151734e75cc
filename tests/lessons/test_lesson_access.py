"""GET /api/v1/lessons/<id>, and …/playback: who may watch what."""

import builders
import pytest
from problems import assert_problem

CALLERS = (
    "anonymous",
    "ended session",
    "learner",
    "left",
    "other instructor",
    "enrolled",
    "instructor",
    "admin",
)
OUTSIDERS = CALLERS[:5]
STAFF = ("instructor", "admin")


@pytest.fixture(params=["", "/playback"])
def call(client, as_user, conn, request):
    """Ask for the course's first lesson, or where its video is, as one of CALLERS."""

    def call(caller, course):
        path = f"/api/v1/lessons/{course.lesson_ids[0]}{request.param}"
        if caller == "anonymous":
            return client.get(path)
        role = caller.split()[-1]
        user = builders.make_user(conn, role if role in STAFF else "learner")
        caller_client = as_user(user)
        if caller in ("enrolled", "ended session", "left"):
            builders.enroll(conn, user, course)
        if caller == "left":
            caller_client.delete(f"/api/v1/courses/{course.id}/enroll")
        if caller == "ended session":
            conn.execute(
                "update sessions set revoked_at = now(), revoked_reason = 'logout'"
                " where user_id = %s",
                [user.id],
            )
        if caller == "instructor":
            # Not the lead: everyone who teaches the course is its staff.
            conn.execute(
                "insert into course_instructors (course_id, user_id) values (%s, %s)",
                [course.id, user.id],
            )
        return caller_client.get(path)

    return call


@pytest.mark.parametrize("caller", CALLERS)
def test_a_lesson_is_for_the_enrolled_and_the_staff(call, conn, caller):
    answer = call(caller, builders.make_course(conn))
    if caller in ("anonymous", "ended session"):
        assert_problem(answer, "unauthenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    elif caller in OUTSIDERS:
        assert_problem(answer, "not_enrolled")
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("caller", CALLERS)
def test_a_preview_is_for_everyone(call, conn, caller):
    answer = call(caller, builders.make_course(conn, lesson={"is_preview": True}))
    assert answer.status_code == 200
    assert answer.json.get("playback", answer.json)["hls_url"]


@pytest.mark.parametrize("is_preview", [True, False])
@pytest.mark.parametrize("caller", CALLERS)
def test_an_unpublished_lesson_is_for_the_staff(call, conn, caller, is_preview):
    lesson = {"published_at": None, "is_preview": is_preview}
    answer = call(caller, builders.make_course(conn, lesson=lesson))
    if caller in STAFF:
        assert answer.status_code == 200
    else:
        assert_problem(answer, "not_found")


@pytest.mark.parametrize("is_preview", [True, False])
@pytest.mark.parametrize("caller", CALLERS)
def test_a_lesson_of_an_unpublished_course_is_for_those_in_it(call, conn, caller, is_preview):
    lesson = {"is_preview": is_preview}
    answer = call(caller, builders.make_course(conn, published=False, lesson=lesson))
    if caller in OUTSIDERS:
        assert_problem(answer, "not_found")
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("caller", CALLERS)
def test_an_unpublished_lesson_of_an_unpublished_course_is_for_the_staff(call, conn, caller):
    lesson = {"published_at": None}
    answer = call(caller, builders.make_course(conn, published=False, lesson=lesson))
    if caller in STAFF:
        assert answer.status_code == 200
    else:
        assert_problem(answer, "not_found")


@pytest.mark.parametrize("caller", CALLERS)
def test_an_archived_lesson_is_for_nobody(call, conn, caller):
    lesson = {"published_at": None, "archived_at": "now", "is_preview": True}
    assert_problem(call(caller, builders.make_course(conn, lesson=lesson)), "not_found")


def test_an_instructor_who_was_demoted_sees_no_drafts(as_user, conn):
    former = builders.make_user(conn, role="instructor")
    course = builders.make_course(conn, instructor=former, published=False)
    client = as_user(former)
    paths = (f"/api/v1/courses/{course.id}", f"/api/v1/lessons/{course.lesson_ids[0]}")
    assert [client.get(path).status_code for path in paths] == [200, 200]
    conn.execute("update users set role = 'learner' where id = %s", [former.id])
    assert [client.get(path).status_code for path in paths] == [404, 404]
