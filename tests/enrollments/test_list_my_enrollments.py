"""GET /api/v1/enrollments/me: one's courses, and how far one is."""

import builders
import pytest
from pages import NO_LIMITS, no_cursors, walk
from problems import assert_problem

from courseapp.schemas.enrollments import EnrollmentListSchema

MINE = "/api/v1/enrollments/me"


def complete(conn, user, *lesson_ids, at="2026-01-01 12:00:00+00"):
    for lesson_id in lesson_ids:
        conn.execute(
            "insert into lesson_progress"
            " (user_id, lesson_id, is_completed, completed_at, updated_at)"
            " values (%s, %s, true, %s, %s)",
            [user.id, lesson_id, at, at],
        )


def only_item(client):
    answer = client.get(MINE)
    assert answer.status_code == 200, answer.text
    assert not EnrollmentListSchema().validate(answer.json)
    (item,) = answer.json["items"]
    return item


def test_it_is_empty_at_first(as_user, learner):
    assert as_user(learner).get(MINE).json == {"items": [], "next_cursor": None}


def test_it_is_the_enrollment_the_course_and_the_progress(as_user, conn, learner):
    course = builders.make_course(conn, title="Łódź", language="pl")
    client = as_user(learner)
    enrollment = client.post(f"/api/v1/courses/{course.id}/enroll").json
    assert only_item(client) == enrollment | {
        "course": {"id": course.id, "slug": course.slug, "title": "Łódź", "language": "pl"},
        "progress": {
            "total_lessons": 3,
            "completed_lessons": 0,
            "percentage": 0,
            "is_completed": False,
            "last_watched_at": None,
        },
    }


@pytest.mark.parametrize(("done", "percentage"), [(0, 0), (1, 33), (2, 66), (3, 100)])
def test_the_percentage_is_that_of_completed_lessons(as_user, conn, learner, done, percentage):
    course = builders.make_course(conn, lessons=3)
    builders.enroll(conn, learner, course)
    complete(conn, learner, *course.lesson_ids[:done])
    progress = only_item(as_user(learner))["progress"]
    assert (progress["completed_lessons"], progress["percentage"]) == (done, percentage)


def test_a_lesson_that_was_only_begun_is_not_completed(as_user, conn, learner):
    course = builders.make_course(conn)
    builders.enroll(conn, learner, course)
    conn.execute(
        "insert into lesson_progress (user_id, lesson_id, completion_percentage, updated_at)"
        " values (%s, %s, 94, '2026-05-05 12:00:00+00')",
        [learner.id, course.lesson_ids[0]],
    )
    progress = only_item(as_user(learner))["progress"]
    assert (progress["completed_lessons"], progress["percentage"]) == (0, 0)
    assert progress["last_watched_at"] == "2026-05-05T12:00:00+00:00"


def test_only_published_lessons_count(as_user, conn, learner):
    course = builders.make_course(conn, lessons=2)
    builders.enroll(conn, learner, course)
    complete(conn, learner, *course.lesson_ids)
    conn.execute("update lessons set published_at = null where id = %s", [course.lesson_ids[0]])
    progress = only_item(as_user(learner))["progress"]
    assert (progress["total_lessons"], progress["completed_lessons"]) == (1, 1)
    assert progress["percentage"] == 100


def test_a_course_stays_completed_when_a_lesson_is_added(as_user, conn, learner):
    course = builders.make_course(conn, lessons=1)
    builders.enroll(conn, learner, course)
    conn.execute(
        "update enrollments set completed_at = '2026-01-01' where user_id = %s", [learner.id]
    )
    complete(conn, learner, *course.lesson_ids)
    builders.make_lesson(conn, course)
    item = only_item(as_user(learner))
    assert item["completed_at"] == "2026-01-01T00:00:00+00:00"
    assert item["progress"]["is_completed"] is True
    assert item["progress"]["percentage"] == 50


def test_a_course_without_lessons_is_at_zero(as_user, conn, learner):
    course = builders.make_course(conn, lessons=0)
    builders.enroll(conn, learner, course)
    assert only_item(as_user(learner))["progress"] == {
        "total_lessons": 0,
        "completed_lessons": 0,
        "percentage": 0,
        "is_completed": False,
        "last_watched_at": None,
    }


@pytest.mark.parametrize("hidden", [{}, {"archived_at": "now"}])
def test_courses_that_are_not_published_any_more_are_kept(as_user, conn, learner, hidden):
    course = builders.make_course(conn, published=False, **hidden)
    builders.enroll(conn, learner, course)
    assert only_item(as_user(learner))["course_id"] == course.id


def test_what_others_do_is_not_seen(as_user, conn, learner):
    mine, theirs = builders.make_course(conn), builders.make_course(conn)
    other = builders.make_user(conn)
    builders.enroll(conn, learner, mine)
    for course in (mine, theirs):
        builders.enroll(conn, other, course)
        complete(conn, other, *course.lesson_ids)
    item = only_item(as_user(learner))
    assert item["course_id"] == mine.id
    assert item["progress"]["completed_lessons"] == 0


def test_a_course_that_was_left_is_gone(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    client.post(f"/api/v1/courses/{course.id}/enroll")
    client.delete(f"/api/v1/courses/{course.id}/enroll")
    assert client.get(MINE).json["items"] == []


def test_the_newest_enrollment_comes_first(as_user, conn, learner):
    courses = [builders.make_course(conn, lessons=0) for _ in range(3)]
    client = as_user(learner)
    order = [courses[1].id, courses[0].id, courses[2].id]
    for course_id in order:
        client.post(f"/api/v1/courses/{course_id}/enroll")
    assert [item["course_id"] for item in client.get(MINE).json["items"]] == order[::-1]


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_paging_meets_every_course_once_also_when_all_are_from_one_moment(
    as_user, conn, learner, limit
):
    courses = [builders.make_course(conn, lessons=0) for _ in range(5)]
    for course in courses:
        builders.enroll(conn, learner, course)
    conn.execute(
        "update enrollments set enrolled_at = '2026-01-01 12:00:00.123457' where user_id = %s",
        [learner.id],
    )
    pages = list(walk(as_user(learner), MINE, limit))
    assert [item["course_id"] for page in pages for item in page] == [
        course.id for course in courses[::-1]
    ]
    assert all(len(page) == limit for page in pages[:-1])


def test_an_enrollment_made_meanwhile_moves_no_other(as_user, conn, learner):
    courses = [builders.make_course(conn, lessons=0) for _ in range(7)]
    for course in courses[:4]:
        builders.enroll(conn, learner, course)
    late, seen = iter(courses[4:]), []
    for page in walk(as_user(learner), MINE, 2):
        seen += [item["course_id"] for item in page]
        builders.enroll(conn, learner, next(late))
    assert seen == [course.id for course in courses[3::-1]]


def test_somebody_elses_cursor_shows_nothing_of_theirs(as_user, conn, learner):
    other = builders.make_user(conn)
    for _ in range(3):
        builders.enroll(conn, other, builders.make_course(conn))
    mine = builders.make_course(conn)
    builders.enroll(conn, learner, mine)
    cursor = as_user(other).get(MINE, query_string={"limit": 1}).json["next_cursor"]
    answer = as_user(learner).get(MINE, query_string={"cursor": cursor})
    assert {item["course_id"] for item in answer.json["items"]} <= {mine.id}


@pytest.mark.parametrize("limit", NO_LIMITS)
def test_other_limits_are_refused(as_user, learner, limit):
    answer = as_user(learner).get(MINE, query_string={"limit": limit})
    assert_problem(answer, "invalid", "limit")


@pytest.mark.parametrize("cursor", [*no_cursors("e"), "e17", "p17", "c1_1"], ids=ascii)
def test_what_is_no_cursor_is_refused(as_user, learner, cursor):
    answer = as_user(learner).get(MINE, query_string={"cursor": cursor})
    assert_problem(answer, "invalid", "cursor")


def test_the_largest_cursor_is_no_failure(as_user, learner):
    query = {"cursor": "e8999999999999999_999999999999999999"}
    assert as_user(learner).get(MINE, query_string=query).status_code == 200


def test_the_anonymous_are_401(client):
    assert_problem(client.get(MINE), "unauthenticated")


def test_the_callers_browser_keeps_it_and_asks_again(as_user, conn, learner):
    client = as_user(learner)
    answer = client.get(MINE)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    headers = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(MINE, headers=headers).status_code == 304
    builders.enroll(conn, learner, builders.make_course(conn))
    assert client.get(MINE, headers=headers).status_code == 200


def test_head_and_options(as_user, client, learner):
    head = as_user(learner).head(MINE)
    assert (head.status_code, head.data) == (200, b"")
    options = client.options(MINE)
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
