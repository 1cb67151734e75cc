"""GET progress/lessons/{id}: where the caller stopped in one lesson."""

import builders
import pytest
from problems import assert_problem


def get(client, lesson_id):
    return client.get(f"/api/v1/progress/lessons/{lesson_id}")


def test_before_the_first_update_it_is_zeros(watch):
    w = watch()
    answer = get(w.client, w.lesson_id)
    assert answer.status_code == 200
    assert answer.json == {
        "lesson_id": w.lesson_id,
        "course_id": w.course.id,
        "watched_seconds": 0,
        "last_position_seconds": 0,
        "completion_percentage": 0,
        "is_completed": False,
        "completed_at": None,
        "updated_at": None,
    }


def test_it_is_what_the_last_update_answered(watch):
    w = watch()
    assert get(w.client, w.lesson_id).json == w.lesson()
    for update in (lambda: w.report(100, 50, 40), w.finish):
        state = update().json
        del state["earned"]
        assert get(w.client, w.lesson_id).json == state


def test_it_is_private_and_revalidated(watch):
    w = watch()
    answer = get(w.client, w.lesson_id)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    etag = {"If-None-Match": answer.headers["ETag"]}
    path = f"/api/v1/progress/lessons/{w.lesson_id}"
    unchanged = w.client.get(path, headers=etag)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    w.report()
    assert w.client.get(path, headers=etag).status_code == 200


def test_without_a_live_session_it_is_401(watch, client, conn):
    w = watch()
    assert_problem(get(client, w.lesson_id), "unauthenticated")
    conn.execute("update sessions set revoked_at = now(), revoked_reason = 'logout'")
    assert_problem(get(w.client, w.lesson_id), "unauthenticated")


def test_who_is_not_enrolled_gets_403(conn, as_user, learner):
    course = builders.make_course(conn, lesson={"is_preview": True})
    assert_problem(get(as_user(learner), course.lesson_ids[0]), "not_enrolled")


def test_staff_who_are_not_enrolled_get_403(conn, as_user):
    instructor = builders.make_user(conn, role="instructor")
    course = builders.make_course(conn, instructor=instructor)
    assert_problem(get(as_user(instructor), course.lesson_ids[0]), "not_enrolled")


def test_after_leaving_it_is_403_and_after_returning_the_state(watch):
    w = watch()
    w.report(70)
    w.client.delete(f"/api/v1/courses/{w.course.id}/enroll")
    assert_problem(get(w.client, w.lesson_id), "not_enrolled")
    w.client.post(f"/api/v1/courses/{w.course.id}/enroll")
    assert w.lesson()["watched_seconds"] == 70


@pytest.mark.parametrize("lesson_id", ["999999999", str(2**63 - 1), str(2**63), "0", "-1", "x"])
def test_an_unknown_lesson_is_404(watch, lesson_id):
    assert_problem(get(watch().client, lesson_id), "not_found")


def test_an_unpublished_lesson_is_404_also_for_the_enrolled(watch, conn):
    w = watch()
    conn.execute("update lessons set published_at = null where id = %s", [w.lesson_id])
    assert_problem(get(w.client, w.lesson_id), "not_found")


def test_an_unpublished_course_is_404_unless_enrolled(watch, as_user, learner, conn):
    w = watch()
    conn.execute("update courses set published_at = null where id = %s", [w.course.id])
    assert_problem(get(as_user(learner), w.lesson_id), "not_found")
    assert get(w.client, w.lesson_id).status_code == 200
