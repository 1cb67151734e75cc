"""Who may report progress of which lesson."""

import builders
import pytest
from problems import assert_problem

UPDATE = {"watched_seconds": 10, "last_position_seconds": 10, "completion_percentage": 30}
FINISH = {"watched_seconds": 300, "last_position_seconds": 300, "completion_percentage": 100}


def report(client, lesson_id, update):
    return client.post(f"/api/v1/progress/lessons/{lesson_id}", json=update)


@pytest.fixture(params=[UPDATE, FINISH], ids=["ordinary", "completing"])
def update(request):
    """Both ways through the code: one statement, and the transaction."""
    return request.param


def test_without_a_token_it_is_401(watch, client, update):
    w = watch()
    answer = report(client, w.lesson_id, update)
    assert_problem(answer, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_nobody_signed_is_401(watch, update):
    w = watch()
    token = w.client.get_cookie("access_token").value
    for forged in (token[:-2], token.rpartition(".")[0] + ".", "x", ""):
        w.client.set_cookie("access_token", forged)
        assert_problem(report(w.client, w.lesson_id, update), "unauthenticated")


def test_after_logging_out_it_is_401(watch, update):
    w = watch()
    token = w.client.get_cookie("access_token").value
    w.client.post("/api/v1/auth/logout")
    w.client.set_cookie("access_token", token)
    assert_problem(report(w.client, w.lesson_id, update), "unauthenticated")


def test_another_session_of_the_same_learner_goes_on(watch, as_user, update):
    w = watch()
    other = as_user(w.user)
    w.client.post("/api/v1/auth/logout")
    assert report(other, w.lesson_id, update).status_code == 200


def test_an_expired_session_is_401(watch, conn, update):
    w = watch()
    conn.execute("update sessions set expires_at = now() where user_id = %s", [w.user.id])
    assert_problem(report(w.client, w.lesson_id, update), "unauthenticated")


def test_a_deactivated_learner_is_401(watch, runner, update):
    w = watch()
    done = runner.invoke(args=["users", "deactivate", w.user.email], input="y\n")
    assert done.exit_code == 0, done.output
    assert_problem(report(w.client, w.lesson_id, update), "unauthenticated")


def test_another_sites_page_is_403(watch, update):
    w = watch()
    answer = w.client.post(
        f"/api/v1/progress/lessons/{w.lesson_id}",
        json=update,
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert_problem(answer, "cross_site")
    assert w.lesson()["updated_at"] is None


def test_who_is_not_enrolled_gets_403(conn, as_user, learner, update):
    course = builders.make_course(conn)
    assert_problem(report(as_user(learner), course.lesson_ids[0], update), "not_enrolled")


def test_a_free_preview_is_watched_without_progress(conn, as_user, learner, update):
    course = builders.make_course(conn, lesson={"is_preview": True})
    client = as_user(learner)
    assert client.get(f"/api/v1/lessons/{course.lesson_ids[0]}").status_code == 200
    assert_problem(report(client, course.lesson_ids[0], update), "not_enrolled")


@pytest.mark.parametrize("role", ["instructor", "admin"])
def test_staff_are_learners_only_where_they_enroll(conn, as_user, role, update):
    staff = builders.make_user(conn, role=role)
    course = builders.make_course(conn, instructor=staff)
    client = as_user(staff)
    assert_problem(report(client, course.lesson_ids[0], update), "not_enrolled")
    builders.enroll(conn, staff, course)
    assert report(client, course.lesson_ids[0], update).status_code == 200


def test_after_leaving_the_course_it_is_403(watch, update):
    w = watch()
    assert report(w.client, w.lesson_id, UPDATE).status_code == 200
    w.client.delete(f"/api/v1/courses/{w.course.id}/enroll")
    assert_problem(report(w.client, w.lesson_id, update), "not_enrolled")


def test_progress_is_kept_for_a_return(watch):
    w = watch()
    w.report(70, percentage=40)
    w.client.delete(f"/api/v1/courses/{w.course.id}/enroll")
    w.client.post(f"/api/v1/courses/{w.course.id}/enroll")
    assert w.lesson()["watched_seconds"] == 70
    assert w.report(10).json["watched_seconds"] == 70


@pytest.mark.parametrize("lesson_id", ["999999999", str(2**63 - 1), str(2**63), "0", "-1", "x"])
def test_an_unknown_lesson_is_404(watch, update, lesson_id):
    assert_problem(report(watch().client, lesson_id, update), "not_found")


def test_an_unpublished_lesson_is_404(watch, conn, update):
    w = watch()
    conn.execute("update lessons set published_at = null where id = %s", [w.lesson_id])
    assert_problem(report(w.client, w.lesson_id, update), "not_found")


def test_an_unpublished_course_is_404_for_who_is_not_enrolled(conn, as_user, learner, update):
    course = builders.make_course(conn, published=False)
    assert_problem(report(as_user(learner), course.lesson_ids[0], update), "not_found")


def test_the_enrolled_keep_a_course_that_is_unpublished(watch, conn, update):
    w = watch()
    conn.execute("update courses set published_at = null where id = %s", [w.course.id])
    assert report(w.client, w.lesson_id, update).status_code == 200


def test_a_refused_update_stores_nothing(conn, as_user, learner, update):
    course = builders.make_course(conn)
    report(as_user(learner), course.lesson_ids[0], update)
    count = "select count(*) from lesson_progress where user_id = %s"
    assert conn.execute(count, [learner.id]).fetchone() == (0,)


def test_deactivating_by_hand_ends_updates_too(watch, conn, update):
    w = watch()
    conn.execute("update users set deactivated_at = now() where id = %s", [w.user.id])
    assert_problem(report(w.client, w.lesson_id, update), "unauthenticated")
