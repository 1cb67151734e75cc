"""What the reads of the journey cost PostgreSQL."""

import builders
import pytest

SESSION = "auth.get_session"


@pytest.fixture(scope="module")
def course(conn):
    return builders.make_course(conn)


@pytest.fixture(scope="module")
def member(conn, course):
    user = builders.make_user(conn, "admin")
    builders.enroll(conn, user, course)
    return user


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("courses?limit=19", ["courses.list_published_courses"]),
        ("courses?q=course", ["courses.search_courses"]),
        ("courses?is_published=false", [SESSION, "courses.list_unpublished_courses"]),
        ("courses/{course}", [SESSION, "courses.get_course"]),
        ("courses/{slug}", [SESSION, "courses.get_course"]),
        ("courses/{course}/enroll", [SESSION, "enrollments.get_enrollment"]),
        ("enrollments/me", [SESSION, "enrollments.list_enrollments"]),
        # These two join the session themselves.
        ("lessons/{lesson}", ["lessons.get_lesson"]),
        ("progress/courses/{course}", ["progress.get_course_progress"]),
        ("gamification/me/history", [SESSION, "gamification.list_points_history"]),
    ],
)
def test_a_read_sends_one_statement_besides_the_session_check(
    recorder, conn, course, member, path, statements
):
    client = recorder.app.test_client()
    client.set_cookie("access_token", builders.access_token(recorder.app, conn, member))
    path = path.format(course=course.id, slug=course.slug, lesson=course.lesson_ids[0])
    with recorder.recording() as seen:
        answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    # Each connection has a trace of its own, so their order is not known.
    assert sorted(seen.statements) == sorted(statements)


@pytest.mark.parametrize(
    ("path", "statements", "computing"),
    [
        ("courses", [], "courses.list_published_courses"),
        ("achievements", [], "achievements.list_achievements"),
        ("gamification/me", [SESSION], "gamification.get_gamification"),
    ],
)
def test_a_cached_read_sends_only_the_session_check(
    recorder, conn, member, path, statements, computing
):
    client = recorder.app.test_client()
    if statements:
        client.set_cookie("access_token", builders.access_token(recorder.app, conn, member))
    with recorder.recording() as first:
        assert client.get(f"/api/v1/{path}").status_code == 200
    # And what is to be dropped; the first worker notes which Redis it is.
    assert set(first.statements) - {"cache.settle"} == {*statements, computing, "cache.get_state"}
    with recorder.recording() as second:
        assert client.get(f"/api/v1/{path}").status_code == 200
    assert set(second.statements) - {"cache.get_state"} == set(statements)


@pytest.mark.parametrize("path", ["courses/{course}", "lessons/{lesson}"])
def test_an_anonymous_read_has_no_session_to_check(recorder, conn, path):
    course = builders.make_course(conn, lesson={"is_preview": True})
    path = path.format(course=course.id, lesson=course.lesson_ids[0])
    with recorder.recording() as seen:
        assert recorder.app.test_client().get(f"/api/v1/{path}").status_code == 200
    assert len(seen.statements) == 1


def test_enrolling_is_one_transaction_and_leaving_one_statement(recorder, conn, learner):
    conn.execute("update achievements set is_active = false")
    client = recorder.app.test_client()
    client.set_cookie("access_token", builders.access_token(recorder.app, conn, learner))
    course = builders.make_course(conn, lessons=2)
    path = f"/api/v1/courses/{course.id}/enroll"
    enrolling = ["BEGIN", "gamification.lock_user_points", "enrollments.enroll_user"]
    pending = "achievements.list_pending_metrics"
    catching_up = ["progress.complete_reached_lessons", "progress.complete_courses"]
    dropping = ["cache.record_drops", "COMMIT", "cache.clear_drops"]
    leaving = [SESSION, "enrollments.delete_enrollment"]
    for method, status, statements in (
        ("post", 201, [*enrolling, pending, "COMMIT"]),
        # Again, because who enrolled them may have died before its drop.
        ("post", 200, [*enrolling, *dropping]),
        ("delete", 204, leaving),
        ("post", 201, [*enrolling, *catching_up, pending, "COMMIT"]),
    ):
        with recorder.recording() as seen:
            assert getattr(client, method)(path).status_code == status
        assert sorted(seen.statements) == sorted(statements)
        if method == "delete":
            # What stays of a lesson that was begun.
            conn.execute(
                "insert into lesson_progress (user_id, lesson_id) values (%s, %s)",
                [learner.id, course.lesson_ids[0]],
            )
