"""Who did what to a course, for admins to read."""

import builders
import pytest
from problems import assert_problem

API = "/api/v1"


@pytest.fixture
def read(conn, as_user):
    """What an admin gets."""
    admin = as_user(builders.make_user(conn, "admin"))
    return lambda **query: admin.get(f"{API}/audit-log", query_string=query)


@pytest.fixture
def author(conn, as_user):
    """A client of a new instructor, `client.user`."""
    user = builders.make_user(conn, "instructor", full_name="Grace Hopper")
    client = as_user(user)
    client.user = user
    return client


def test_an_authors_day_is_there_newest_first(read, author, conn):
    """Each entry once, in the author's name."""
    course = author.post(f"{API}/courses", json={"title": "SQL", "description": "x" * 1000})
    here = course.headers["Location"]
    module = author.post(f"{here}/modules", json={"title": "One"}).headers["Location"]
    text = {"title": "Read", "kind": "text", "body": "Hello"}
    lesson = author.post(f"{module}/lessons", json=text).headers["Location"]
    author.patch(lesson, json={"body": "Good bye", "points": 5})
    author.patch(module, json={"title": "Two"})
    author.post(f"{lesson}/publish")
    author.post(f"{here}/publish")
    author.patch(here, json={"description": "y" * 1000, "language": "pl"})
    order = {"modules": [{"id": module_id(module), "lessons": [module_id(lesson)]}]}
    author.put(f"{here}/outline", json=order)
    colleague = builders.make_user(conn, "instructor")
    author.post(f"{here}/instructors", json={"email": colleague.email})
    author.delete(f"{here}/instructors/{colleague.id}")
    author.post(f"{here}/unpublish")
    author.post(f"{lesson}/unpublish")
    author.delete(lesson)
    author.delete(module)
    author.delete(here)
    entries = read(actor_id=author.user.id).json["items"]
    assert [entry["action"] for entry in reversed(entries)] == [
        *("course_created", "module_created", "lesson_created", "lesson_updated"),
        *("module_updated", "lesson_published", "course_published", "course_updated"),
        *("outline_reordered", "instructor_added", "instructor_removed"),
        *("course_unpublished", "lesson_unpublished"),
        *("lesson_deleted", "module_deleted", "course_deleted"),
    ]
    assert {entry["actor_name"] for entry in entries} == {"Grace Hopper"}
    details = {entry["action"]: entry["details"] for entry in entries}
    assert details["lesson_updated"] == {"body": "…", "points": 5}
    assert details["course_updated"] == {"description": "…", "language": "pl"}
    assert details["instructor_added"] == {"user_id": colleague.id}
    assert details["course_deleted"] == {"title": "SQL"}
    assert max(len(str(entry["details"])) for entry in entries) < 200


def module_id(location):
    return int(location.rpartition("/")[2])


def test_what_was_refused_or_changed_nothing_is_not_there(read, author, conn):
    course = builders.make_course(conn, lessons=1, instructor=author.user)
    here, lesson = f"{API}/courses/{course.id}", f"{API}/lessons/{course.lesson_ids[0]}"
    other = builders.make_course(conn)
    stale = {"If-Match": '"v99-0"'}
    refused = [
        author.patch(here, json={"title": "New"}, headers=stale),
        author.patch(here, json={"title": ""}),
        author.patch(here, json={"slug": other.slug}),
        author.post(f"{lesson}/unpublish"),
        author.delete(lesson),
        author.patch(f"{API}/courses/{other.id}", json={"title": "New"}),
        author.put(f"{here}/outline", json={"modules": []}),
        author.post(f"{here}/instructors", json={"email": "nobody@example.com"}),
    ]
    assert [answer.status_code for answer in refused] == [412, 422, 409, 409, 409, 403, 409, 404]
    for same in (f"{here}/publish", f"{lesson}/publish"):
        assert author.post(same).status_code == 200
    assert author.patch(here, json={}).status_code == 200
    assert read(actor_id=author.user.id).json["items"] == []


def test_a_course_that_learners_took_is_archived_and_the_trail_says_so(read, author, conn):
    course = builders.make_course(conn, lessons=1, instructor=author.user)
    builders.enroll(conn, builders.make_user(conn), course)
    assert author.delete(f"{API}/courses/{course.id}").status_code == 204
    (entry,) = read(target_type="course", target_id=course.id).json["items"]
    assert entry["action"] == "course_archived"


def test_an_import_is_one_entry(read, author):
    lessons = [{"title": "Hello"}] * 3
    document = {
        "format": "courseapp.course/1",
        "slug": "imported",
        "title": "Imported",
        "modules": [{"title": "One", "lessons": lessons}],
    }
    made = author.post(f"{API}/courses/import", json=document).json
    (entry,) = read(actor_id=author.user.id).json["items"]
    assert (entry["action"], entry["target_type"]) == ("course_imported", "course")
    assert entry["target_id"] == made["id"]
    assert entry["details"] == {"slug": "imported", "title": "Imported", "lessons": 3}


def test_it_pages_and_filters(read, author, conn):
    slugs = [author.post(f"{API}/courses", json={"title": "One"}).json["slug"] for _ in range(5)]
    mine = {"actor_id": author.user.id, "limit": 2}
    found, cursor = [], None
    for size in (2, 2, 1):
        page = read(**mine, **({"cursor": cursor} if cursor else {})).json
        assert len(page["items"]) == size
        found += page["items"]
        cursor = page["next_cursor"]
    assert cursor is None
    assert [entry["details"]["slug"] for entry in found] == slugs[::-1]
    one = found[2]
    assert read(target_type="course", target_id=one["target_id"]).json["items"] == [one]
    it = {"target_type": "course", "target_id": one["target_id"]}
    assert read(action="course_created", **it).json["items"] == [one]
    assert read(action="course_updated", **it).json["items"] == []


def test_an_id_says_nothing_without_the_type_of_what_it_names(read):
    assert_problem(read(target_id="7"), "invalid", "target_type")


@pytest.mark.parametrize(
    "query", [{"actor_id": "x"}, {"target_id": "0"}, {"action": "a b"}, {"cursor": "c1_1"}]
)
def test_what_is_no_filter_is_refused(read, query):
    assert_problem(read(**query), "invalid", *query)


def test_what_admins_do_to_achievements_and_accounts_is_there_too(read, runner, conn):
    arguments = ["users", "create", "trail@example.com", "--name", "Trail", "--role", "instructor"]
    answer = runner.invoke(args=arguments, input="password123\npassword123\n")
    assert answer.exit_code == 0, answer.output
    entry = read(action="user_created").json["items"][0]
    assert (entry["actor_id"], entry["actor_name"]) == (None, None)
    assert entry["details"] == {"role": "instructor"}
