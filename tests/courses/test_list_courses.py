"""GET /api/v1/courses: the published ones, for everyone."""

import builders
import pytest
from pages import NO_LIMITS, no_cursors, walk
from problems import assert_problem

from courseapp.schemas.courses import CourseListSchema

COURSES = "/api/v1/courses"


def listed(client, **query):
    answer = client.get(COURSES, query_string=query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json["items"]]


def test_everyone_sees_the_published_courses(client, catalogue):
    course = catalogue(
        title="Żółty kurs",
        description='<b>"Zażółć"</b>\n',
        language="pl",
        published_at="2026-03-01",
    )
    answer = client.get(COURSES)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.json == {
        "items": [
            {
                "id": course.id,
                "slug": course.slug,
                "title": "Żółty kurs",
                "description": '<b>"Zażółć"</b>\n',
                "language": "pl",
                "lessons_count": 3,
                "duration_seconds": 900,
                "published_at": "2026-03-01T00:00:00+00:00",
            }
        ],
        "next_cursor": None,
    }
    assert not CourseListSchema().validate(answer.json)


def test_an_empty_catalogue_is_an_empty_list(client, catalogue):
    assert client.get(COURSES).json == {"items": [], "next_cursor": None}


def test_is_published_true_is_what_one_gets_without_it(client, catalogue):
    course = catalogue()
    assert listed(client) == listed(client, is_published="true") == [course.id]


def test_unpublished_and_archived_courses_are_not_listed(client, catalogue):
    catalogue(published=False)
    catalogue(published=False, archived_at="now")
    assert listed(client) == []


def test_the_staff_gets_the_same_list(as_user, conn, catalogue):
    instructor = builders.make_user(conn, "instructor")
    course = catalogue(instructor=instructor)
    catalogue(instructor=instructor, published=False)
    assert listed(as_user(instructor)) == [course.id]
    assert listed(as_user(builders.make_user(conn, "admin"))) == [course.id]


def test_a_broken_token_does_not_matter(client, catalogue):
    course = catalogue()
    client.set_cookie("access_token", "broken")
    assert listed(client) == [course.id]


def test_only_published_lessons_count(client, catalogue, conn):
    course = catalogue(lessons=2)
    builders.make_lesson(conn, course, published_at=None)
    builders.make_lesson(conn, course, published_at=None, archived_at="now")
    item = client.get(COURSES).json["items"][0]
    assert (item["lessons_count"], item["duration_seconds"]) == (2, 600)


def test_a_lesson_of_unknown_duration_counts_as_a_lesson(client, catalogue, conn):
    course = catalogue(lessons=1)
    builders.make_lesson(conn, course, duration_seconds=None)
    item = client.get(COURSES).json["items"][0]
    assert (item["lessons_count"], item["duration_seconds"]) == (2, 300)


def test_a_course_without_lessons_lasts_no_time(client, catalogue):
    catalogue(lessons=0)
    item = client.get(COURSES).json["items"][0]
    assert (item["lessons_count"], item["duration_seconds"]) == (0, 0)


def test_lessons_of_all_modules_count(client, catalogue, conn):
    course = catalogue(lessons=1)
    builders.make_module(conn, course)
    builders.make_lesson(conn, course, duration_seconds=50)
    item = client.get(COURSES).json["items"][0]
    assert (item["lessons_count"], item["duration_seconds"]) == (2, 350)


def test_the_newest_comes_first(client, catalogue):
    published = ["2026-02-01", "2026-01-01", "2026-03-01"]
    february, january, march = (catalogue(lessons=0, published_at=at).id for at in published)
    assert listed(client) == [march, february, january]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7, 100])
def test_paging_meets_every_course_once_also_when_all_are_from_one_moment(client, catalogue, limit):
    made = [catalogue(lessons=0, published_at="2026-01-01 12:00:00.123457").id for _ in range(6)]
    pages = list(walk(client, COURSES, limit))
    assert [item["id"] for page in pages for item in page] == made[::-1]
    assert all(len(page) == limit for page in pages[:-1])
    assert 1 <= len(pages[-1]) <= limit


def test_a_microsecond_makes_a_course_newer(client, catalogue):
    # With larger ids for the older ones, so that the ids alone would give another order.
    made = [
        catalogue(lessons=0, published_at=f"2026-01-01 12:00:00.{999_999 - n:06}").id
        for n in range(5)
    ]
    pages = walk(client, COURSES, 2)
    assert [item["id"] for page in pages for item in page] == made


def test_a_course_published_meanwhile_moves_no_other(client, catalogue):
    made = [catalogue(lessons=0).id for _ in range(6)]
    seen = []
    for page in walk(client, COURSES, 2):
        seen += [item["id"] for item in page]
        catalogue(lessons=0)
    assert seen == made[::-1]


def test_paging_goes_on_after_a_course_that_was_unpublished(client, catalogue, conn):
    made = [catalogue(lessons=0).id for _ in range(4)]
    seen = []
    for page in walk(client, COURSES, 2):
        seen += [item["id"] for item in page]
        conn.execute("update courses set published_at = null where id = %s", [seen[-1]])
    assert seen == made[::-1]


def test_a_page_has_20_courses_unless_asked_and_100_at_most(client, catalogue):
    made = [catalogue(lessons=0).id for _ in range(101)]
    assert listed(client) == made[:-21:-1]
    assert listed(client, limit=1) == made[-1:]
    assert [len(page) for page in walk(client, COURSES, 100)] == [100, 1]


@pytest.mark.parametrize("limit", NO_LIMITS)
def test_other_limits_are_refused(client, limit):
    assert_problem(client.get(COURSES, query_string={"limit": limit}), "invalid", "limit")


@pytest.mark.parametrize("cursor", [*no_cursors("c"), "c17", "d17", "e1_1"], ids=ascii)
def test_what_is_no_cursor_is_refused(client, cursor):
    assert_problem(client.get(COURSES, query_string={"cursor": cursor}), "invalid", "cursor")


def test_every_bad_value_is_named(client):
    answer = client.get(COURSES, query_string={"limit": 0, "cursor": "x", "is_published": "maybe"})
    assert_problem(answer, "invalid", "limit", "cursor", "is_published")


@pytest.mark.parametrize("cursor", ["c0_0", "c0_1", "c8999999999999999_999999999999999999"])
def test_the_ends_of_what_a_cursor_can_say_are_no_failure(client, catalogue, cursor):
    course = catalogue()
    assert listed(client, cursor=cursor) == ([course.id] if cursor.startswith("c8") else [])
