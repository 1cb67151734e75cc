"""POST /api/v1/modules/<id>/lessons: a new lesson, the last of its module."""

import builders
import field_values
import pytest
from authors import API
from problems import assert_problem

DEFAULTS = {
    "kind": "video",
    "body": "",
    "duration_seconds": None,
    "mux_playback_id": None,
    "is_preview": False,
    "points": 10,
}


@pytest.fixture
def course(taught):
    return taught(lessons=0)


@pytest.fixture
def path(course):
    return f"{API}/modules/{course.module_id}/lessons"


def test_a_new_lesson_is_there_for_its_author_and_not_published(author, course, path, client):
    body = {
        "title": "Żółw",
        "kind": "video",
        "body": "# Notatki 🐢",
        "duration_seconds": 61,
        "mux_playback_id": "abcDEF123",
        "is_preview": True,
        "points": 7,
    }
    answer = author.post(path, json=body)
    assert answer.status_code == 201
    assert answer.json | body == answer.json
    assert "<h1>" in answer.json["body_html"]
    assert answer.json["playback"]["hls_url"].startswith("https://stream.mux.com/abcDEF123.m3u8")
    assert (answer.json["course_id"], answer.json["is_published"]) == (course.id, False)
    here = answer.headers["Location"]
    assert here == f"{API}/lessons/{answer.json['id']}"
    again = author.get(here)
    assert (again.data, again.headers["ETag"]) == (answer.data, answer.headers["ETag"])
    assert_problem(client.get(here), "not_found")


def test_a_title_is_enough_and_needed(author, path):
    answer = author.post(path, json={"title": "Only a title"})
    assert answer.json | DEFAULTS == answer.json
    assert_problem(author.post(path, json={"points": 5}), "invalid", "title")


@pytest.mark.parametrize("field", field_values.LESSON)
def test_every_field_takes_what_it_should(author, path, stored, field):
    for value in field_values.LESSON[field][0]:
        answer = author.post(path, json={"title": "A title"} | {field: value})
        assert (answer.status_code, answer.json.get(field)) == (201, value)
        assert stored("lessons", answer.json["id"])[field] == value


@pytest.mark.parametrize("field", field_values.LESSON)
def test_every_field_refuses_what_it_should_by_name(author, path, conn, field):
    count = "select (select count(*) from lessons), (select count(*) from audit_log)"
    before = conn.execute(count).fetchone()
    for value in field_values.LESSON[field][1]:
        answer = author.post(path, json={"title": "A title"} | {field: value})
        assert_problem(answer, "invalid", field)
    assert conn.execute(count).fetchone() == before


@pytest.mark.parametrize("field", field_values.OF_LESSON)
def test_what_is_not_the_authors_to_choose_is_refused(author, path, field):
    body = {"title": "A title", field: field_values.OF_LESSON[field]}
    assert_problem(author.post(path, json=body), "invalid", field)


def test_it_comes_last_in_its_module_after_archived_ones_too(author, course, path, conn, outline):
    builders.make_lesson(conn, course, position=3)
    builders.make_lesson(conn, course, position=7, published_at=None, archived_at="now")
    first, second = (author.post(path, json={"title": "New"}).json for _ in range(2))
    assert (first["position"], second["position"]) == (8, 9)
    assert outline(course) == [
        (course.module_id, [course.lesson_ids[0], first["id"], second["id"]])
    ]


def test_in_a_published_course_learners_do_not_see_it_yet(author, taught, client):
    course = taught(lessons=1, published_at="now")
    made = author.post(f"{API}/modules/{course.module_id}/lessons", json={"title": "New"}).json
    (module,) = client.get(f"{API}/courses/{course.id}").json["modules"]
    assert [lesson["id"] for lesson in module["lessons"]] == course.lesson_ids
    assert made["position"] == 2


def test_a_module_that_is_archived_or_does_not_exist_is_404(author, course, conn):
    archived = builders.make_module(conn, course, archived_at="now")
    for ref in (archived, 0, "01", 999_999_999, 2**63, "x"):
        answer = author.post(f"{API}/modules/{ref}/lessons", json={"title": "New"})
        assert_problem(answer, "not_found")


def test_a_module_takes_a_thousand_lessons(author, course, path, conn):
    conn.execute(
        "insert into lessons (module_id, title, position)"
        " select %s, 'Lesson', n from generate_series(1, 999) as n",
        [course.module_id],
    )
    conn.execute(
        "insert into lessons (module_id, title, position, archived_at)"
        " values (%s, 'x', 1000, now())",
        [course.module_id],
    )
    assert author.post(path, json={"title": "The last"}).status_code == 201
    answer = author.post(path, json={"title": "One too many"})
    assert_problem(answer, "conflict")
    assert "1,000" in answer.json["detail"]


def test_who_made_it_is_noted_without_its_text(author, instructor, course, path, audited):
    made = author.post(path, json={"title": "Noted", "body": "Long"}).json
    details = {"module_id": course.module_id, "title": "Noted"}
    assert audited("lesson", made["id"]) == [(instructor.id, "lesson_created", details)]
