"""GET /api/v1/courses?is_published=false: the drafts, for their staff."""

import builders
import pytest
from pages import no_cursors, walk
from problems import assert_problem

from courseapp.schemas.courses import CourseListSchema

DRAFTS = "/api/v1/courses?is_published=false"


@pytest.fixture
def instructor(conn):
    return builders.make_user(conn, "instructor")


@pytest.fixture
def admin(conn):
    return builders.make_user(conn, "admin")


def listed(client, **query):
    answer = client.get("/api/v1/courses", query_string={"is_published": "false"} | query)
    assert answer.status_code == 200, answer.text
    assert not CourseListSchema().validate(answer.json)
    return [item["id"] for item in answer.json["items"]]


def test_the_anonymous_are_refused(client):
    assert_problem(client.get(DRAFTS), "unauthenticated")


def test_a_broken_token_is_refused(client):
    client.set_cookie("access_token", "broken")
    assert_problem(client.get(DRAFTS), "unauthenticated")


def test_learners_are_refused(as_user, learner):
    assert_problem(as_user(learner).get(DRAFTS), "forbidden")


def test_who_is_no_instructor_any_more_is_refused(as_user, conn, instructor):
    client = as_user(instructor)
    assert client.get(DRAFTS).status_code == 200
    conn.execute("update users set role = 'learner' where id = %s", [instructor.id])
    assert_problem(client.get(DRAFTS), "forbidden")


def test_instructors_see_their_own(as_user, conn, catalogue, instructor):
    catalogue(published=False)
    catalogue(published=False, instructor=builders.make_user(conn, "instructor"))
    own = catalogue(published=False, instructor=instructor)
    assert listed(as_user(instructor)) == [own.id]


def test_and_those_that_they_teach_with_others(as_user, conn, catalogue, instructor):
    shared = catalogue(published=False, instructor=builders.make_user(conn, "instructor"))
    conn.execute(
        "insert into course_instructors (course_id, user_id) values (%s, %s)",
        [shared.id, instructor.id],
    )
    assert listed(as_user(instructor)) == [shared.id]


def test_admins_see_all_the_newest_first(as_user, catalogue, admin, instructor):
    made = [catalogue(published=False, instructor=i).id for i in (None, instructor, None)]
    assert listed(as_user(admin)) == made[::-1]


def test_published_and_archived_courses_are_not_listed(as_user, catalogue, admin, instructor):
    catalogue(instructor=instructor)
    catalogue(instructor=instructor, published=False, archived_at="now")
    assert listed(as_user(admin)) == listed(as_user(instructor)) == []


def test_lessons_count_before_they_are_published(as_user, conn, catalogue, admin):
    course = catalogue(published=False, lessons=1, lesson={"published_at": None})
    builders.make_lesson(conn, course)
    builders.make_lesson(conn, course, published_at=None, archived_at="now")
    item = as_user(admin).get(DRAFTS).json["items"][0]
    assert (item["lessons_count"], item["duration_seconds"]) == (2, 600)
    assert item["published_at"] is None


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6])
def test_paging_meets_every_draft_once(as_user, catalogue, admin, limit):
    made = [catalogue(published=False, lessons=0).id for _ in range(5)]
    pages = list(walk(as_user(admin), "/api/v1/courses", limit, is_published="false"))
    assert [item["id"] for page in pages for item in page] == made[::-1]


def test_paging_shows_instructors_no_others(as_user, catalogue, instructor):
    owners = [instructor, None] * 3
    made = [catalogue(published=False, lessons=0, instructor=owner).id for owner in owners]
    pages = walk(as_user(instructor), "/api/v1/courses", 2, is_published="false")
    assert [[item["id"] for item in page] for page in pages] == [[made[4], made[2]], [made[0]]]


def test_they_are_searched_like_published_ones(as_user, catalogue, admin):
    catalogue(title="Łódź", published=False)
    catalogue(title="Kraków", published=False)
    catalogue(title="Łódź, published")
    client = as_user(admin)
    answer = client.get(f"{DRAFTS}&q=LODZ")
    assert [item["title"] for item in answer.json["items"]] == ["Łódź"]
    assert len(listed(client, q="")) == len(listed(client, q=" ")) == 2
    assert listed(client, q="%") == []


def test_a_search_is_paged(as_user, catalogue, admin):
    for n in range(6):
        catalogue(published=False, lessons=0, title=f"{('Rust', 'Go')[n % 2]} {n}")
    pages = walk(as_user(admin), "/api/v1/courses", 2, is_published="false", q="rust")
    titles = [[item["title"] for item in page] for page in pages]
    assert titles == [["Rust 4", "Rust 2"], ["Rust 0"]]


@pytest.mark.parametrize("cursor", [*no_cursors("d"), "d1_1", "c1_1", "p1"], ids=ascii)
def test_what_is_no_cursor_is_refused(as_user, admin, cursor):
    query = {"is_published": "false", "cursor": cursor}
    answer = as_user(admin).get("/api/v1/courses", query_string=query)
    assert_problem(answer, "invalid", "cursor")


@pytest.mark.parametrize("spelling", ["false", "False", "0"])
def test_false_has_several_spellings(client, spelling):
    answer = client.get("/api/v1/courses", query_string={"is_published": spelling})
    assert_problem(answer, "unauthenticated")


def test_only_the_callers_browser_may_keep_them(as_user, admin):
    client = as_user(admin)
    answer = client.get(DRAFTS)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = client.get(DRAFTS, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
