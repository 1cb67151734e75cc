"""PATCH /api/v1/courses/<id or slug>: what is sent changes, and what is not sent stays."""

import builders
import field_values
import pytest
from authors import API
from problems import assert_problem

# The columns that any change moves.
MOVED = ("version", "updated_at", "html_version")


@pytest.fixture
def course(taught):
    return taught(lessons=1, description="Before", language="pl", completion_points=3)


@pytest.fixture
def path(course):
    return f"{API}/courses/{course.id}"


def without(row, *columns):
    return {name: value for name, value in row.items() if name not in (*MOVED, *columns)}


@pytest.mark.parametrize("field", field_values.COURSE)
def test_one_field_changes_and_the_others_stay(author, path, course, stored, field):
    derived = {
        "title": ["search_text"],
        "description": ["search_text", "description_html"],
    }.get(field, [])
    for value in field_values.COURSE[field][0]:
        before = stored("courses", course.id)
        answer = author.patch(path, json={field: value})
        assert (answer.status_code, answer.json.get(field)) == (200, value)
        after = stored("courses", course.id)
        assert after[field] == value
        assert without(after, field, *derived) == without(before, field, *derived)


@pytest.mark.parametrize("field", field_values.COURSE)
def test_a_bad_value_is_refused_by_name_and_nothing_changes(author, path, course, stored, field):
    before = stored("courses", course.id)
    for value in field_values.COURSE[field][1]:
        good = {"completion_points": 9} if field != "completion_points" else {}
        assert_problem(author.patch(path, json=good | {field: value}), "invalid", field)
    assert stored("courses", course.id) == before


@pytest.mark.parametrize("field", field_values.OF_COURSE)
def test_what_is_not_the_authors_to_change_is_refused(author, path, field):
    answer = author.patch(path, json={field: field_values.OF_COURSE[field]})
    assert_problem(answer, "invalid", field)


def test_all_fields_at_once(author, path):
    body = {name: good[0] for name, (good, _) in field_values.COURSE.items()}
    body["slug"] = "all-at-once"
    changed = author.patch(path, json=body).json
    assert changed | body == changed
    assert author.get(path).json == changed


def test_nothing_sent_changes_nothing(author, path, course, stored, audited):
    before = stored("courses", course.id)
    tag = author.get(path).headers["ETag"]
    answer = author.patch(path, json={})
    assert (answer.status_code, answer.headers["ETag"]) == (200, tag)
    assert stored("courses", course.id) == before
    assert audited("course", course.id) == []


def test_the_slug_is_an_address_too_and_moves(author, course):
    old = f"{API}/courses/{course.slug}"
    answer = author.patch(old, json={"slug": f"moved-{course.slug}"})
    assert answer.json["slug"] == f"moved-{course.slug}"
    assert_problem(author.patch(old, json={"title": "Too late"}), "not_found")
    assert author.get(f"{API}/courses/moved-{course.slug}").json["id"] == course.id


def test_a_slug_that_is_taken_is_409_and_ones_own_is_not(author, path, course, conn, stored):
    taken = builders.make_course(conn)
    before = stored("courses", course.id)
    answer = author.patch(path, json={"title": "New", "slug": taken.slug})
    assert_problem(answer, "conflict")
    assert answer.json["detail"] == "Another course has this slug"
    assert stored("courses", course.id) == before
    assert author.patch(path, json={"slug": course.slug}).status_code == 200


def test_the_description_is_rendered_anew(author, path):
    answer = author.patch(path, json={"description": "**Łódź** <script>alert(1)</script>"})
    assert "<strong>Łódź</strong>" in answer.json["description_html"]
    assert "<script" not in answer.json["description_html"]
    unchanged = author.patch(path, json={"title": "Another"}).json["description_html"]
    assert unchanged == answer.json["description_html"]


def test_what_is_published_stays_so_and_keeps_its_place(author, taught):
    course = taught(lessons=1, published_at="2026-03-01")
    answer = author.patch(f"{API}/courses/{course.id}", json={"title": "New"})
    assert answer.json["published_at"] == "2026-03-01T00:00:00+00:00"


def test_other_courses_do_not_change(author, path, conn, stored):
    other = builders.make_course(conn)
    before = stored("courses", other.id)
    author.patch(path, json={"title": "Changed"})
    assert stored("courses", other.id) == before


def test_an_archived_course_is_404_even_for_admins(as_user, author, conn, taught, stored):
    course = taught(archived_at="now")
    before = stored("courses", course.id)
    for client in (author, as_user(builders.make_user(conn, "admin"))):
        answer = client.patch(f"{API}/courses/{course.id}", json={"title": "New"})
        assert_problem(answer, "not_found")
    assert stored("courses", course.id) == before


def test_who_changed_what_is_noted_without_long_texts(
    author, instructor, path, course, audited, conn
):
    author.patch(path, json={"description": "x" * 20_000, "completion_points": 4})
    details = {"description": "…", "completion_points": 4}
    assert audited("course", course.id) == [(instructor.id, "course_updated", details)]
    longest = conn.execute("select max(length(details::text)) from audit_log").fetchone()
    assert longest < (1000,)
