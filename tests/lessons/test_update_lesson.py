"""PATCH /api/v1/lessons/<id>: what is sent changes, and what is not sent stays."""

import builders
import field_values
import pytest
from authors import API
from problems import assert_problem

# The columns that any change moves.
MOVED = ("version", "updated_at", "html_version")


@pytest.fixture
def course(taught):
    return taught(lessons=1, lesson={"body": "Before", "points": 3, "published_at": None})


@pytest.fixture
def lesson_id(course):
    return course.lesson_ids[0]


@pytest.fixture
def path(lesson_id):
    return f"{API}/lessons/{lesson_id}"


def without(row, *columns):
    return {name: value for name, value in row.items() if name not in (*MOVED, *columns)}


@pytest.mark.parametrize("field", field_values.LESSON)
def test_one_field_changes_and_the_others_stay(author, path, lesson_id, stored, field):
    derived = ["body_html"] if field == "body" else []
    for value in field_values.LESSON[field][0]:
        before = stored("lessons", lesson_id)
        answer = author.patch(path, json={field: value})
        assert (answer.status_code, answer.json.get(field)) == (200, value)
        after = stored("lessons", lesson_id)
        assert after[field] == value
        assert without(after, field, *derived) == without(before, field, *derived)


@pytest.mark.parametrize("field", field_values.LESSON)
def test_a_bad_value_is_refused_by_name_and_nothing_changes(author, path, lesson_id, stored, field):
    before = stored("lessons", lesson_id)
    for value in field_values.LESSON[field][1]:
        good = {"points": 9} if field != "points" else {}
        assert_problem(author.patch(path, json=good | {field: value}), "invalid", field)
    assert stored("lessons", lesson_id) == before


@pytest.mark.parametrize("field", field_values.OF_LESSON)
def test_what_is_not_the_authors_to_change_is_refused(author, path, field):
    answer = author.patch(path, json={field: field_values.OF_LESSON[field]})
    assert_problem(answer, "invalid", field)


def test_null_empties_what_may_be_empty(author, path):
    author.patch(path, json={"duration_seconds": 7, "mux_playback_id": "abc"})
    emptied = author.patch(path, json={"duration_seconds": None, "mux_playback_id": None}).json
    assert emptied["duration_seconds"] is emptied["mux_playback_id"] is emptied["playback"] is None


def test_all_fields_at_once(author, path):
    body = {name: good[0] for name, (good, _) in field_values.LESSON.items()}
    changed = author.patch(path, json=body).json
    assert changed | body == changed
    assert author.get(path).json == changed


def test_nothing_sent_changes_nothing(author, path, lesson_id, stored, audited):
    before = stored("lessons", lesson_id)
    tag = author.get(path).headers["ETag"]
    answer = author.patch(path, json={})
    assert (answer.status_code, answer.headers["ETag"]) == (200, tag)
    assert stored("lessons", lesson_id) == before
    assert audited("lesson", lesson_id) == []


def test_the_text_is_rendered_anew(author, path):
    answer = author.patch(path, json={"body": "**Łódź** <script>alert(1)</script>"})
    assert "<strong>Łódź</strong>" in answer.json["body_html"]
    assert "<script" not in answer.json["body_html"]
    again = author.patch(path, json={"points": 1})
    assert again.json["body_html"] == answer.json["body_html"]


EMPTY = ["", " ", "\n\t\r\v\f "]


@pytest.mark.parametrize(
    ("lesson", "changes"),
    [
        ({}, {"mux_playback_id": None}),
        ({}, {"kind": "text", "body": ""}),
        ({"body": " \n"}, {"kind": "text"}),
        *(({"kind": "text", "body": "x"}, {"body": body}) for body in EMPTY),
        ({"kind": "text", "body": "x", "mux_playback_id": None}, {"kind": "video"}),
    ],
)
def test_a_published_one_keeps_what_it_shows(author, taught, stored, audited, lesson, changes):
    course = taught(lessons=1, lesson=lesson)
    lesson_id = course.lesson_ids[0]
    before = stored("lessons", lesson_id)
    answer = author.patch(f"{API}/lessons/{lesson_id}", json=changes | {"title": "New"})
    assert_problem(answer, "not_publishable")
    assert stored("lessons", lesson_id) == before
    assert audited("lesson", lesson_id) == []


@pytest.mark.parametrize(
    ("lesson", "changes"),
    [
        ({}, {"mux_playback_id": "another"}),
        ({}, {"body": ""}),
        ({}, {"kind": "text", "body": "x", "mux_playback_id": None}),
        ({"kind": "text", "body": "x"}, {"body": "\u00a0."}),
        ({"kind": "text", "body": "x"}, {"kind": "video"}),
    ],
)
def test_as_long_as_there_is_something_anything_goes(author, taught, lesson, changes):
    course = taught(lessons=1, lesson=lesson)
    answer = author.patch(f"{API}/lessons/{course.lesson_ids[0]}", json=changes)
    assert answer.status_code == 200
    assert answer.json | changes == answer.json


def test_learners_see_it_at_once_and_keep_their_progress(author, taught, conn, learner, as_user):
    course = taught(lessons=1, published_at="now")
    builders.enroll(conn, learner, course)
    lesson_id, client = course.lesson_ids[0], as_user(learner)
    update = {"watched_seconds": 290, "last_position_seconds": 290, "completion_percentage": 90}
    client.post(f"{API}/progress/lessons/{lesson_id}", json=update)
    author.patch(f"{API}/lessons/{lesson_id}", json={"title": "Shorter", "duration_seconds": 100})
    lesson = client.get(f"{API}/lessons/{lesson_id}").json
    assert (lesson["title"], lesson["duration_seconds"]) == ("Shorter", 100)
    assert lesson["progress"]["completion_percentage"] == 90
    assert client.get(f"{API}/courses").json["items"][0]["duration_seconds"] == 100


def test_other_lessons_do_not_change(author, taught, stored):
    course = taught(lessons=2)
    before = stored("lessons", course.lesson_ids[1])
    author.patch(f"{API}/lessons/{course.lesson_ids[0]}", json={"title": "Changed"})
    assert stored("lessons", course.lesson_ids[1]) == before


def test_an_archived_one_is_404_as_is_what_does_not_exist(author, course, conn):
    archived = builders.make_lesson(conn, course, published_at=None, archived_at="now")
    for ref in (archived, 0, "01", 999_999_999, 2**63, "x"):
        assert_problem(author.patch(f"{API}/lessons/{ref}", json={"title": "New"}), "not_found")


def test_who_changed_what_is_noted_without_the_text(author, instructor, path, lesson_id, audited):
    author.patch(path, json={"body": "x" * 10_000, "points": 4, "duration_seconds": None})
    details = {"body": "…", "points": 4, "duration_seconds": None}
    assert audited("lesson", lesson_id) == [(instructor.id, "lesson_updated", details)]
