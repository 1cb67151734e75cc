"""POST /api/v1/lessons/<id>/publish and …/unpublish."""

import builders
import pytest
from authors import API
from problems import assert_problem


@pytest.fixture
def course(taught):
    """A published course of two lessons, of which the second is not published."""
    course = taught(lessons=2, published_at="now")
    return course


@pytest.fixture
def path(course, conn):
    conn.execute("update lessons set published_at = null where id = %s", [course.lesson_ids[1]])
    return f"{API}/lessons/{course.lesson_ids[1]}"


def shown(client, course):
    """The lessons that somebody sees, and how many the list says there are."""
    (module,) = client.get(f"{API}/courses/{course.id}").json["modules"]
    listed = {one["id"]: one for one in client.get(f"{API}/courses").json["items"]}
    return [lesson["id"] for lesson in module["lessons"]], listed[course.id]["lessons_count"]


def test_learners_have_it_from_now_on(author, client, conn, as_user, learner, course, path):
    builders.enroll(conn, learner, course)
    assert shown(client, course) == (course.lesson_ids[:1], 1)
    assert_problem(as_user(learner).get(path), "not_found")
    answer = author.post(f"{path}/publish")
    assert (answer.status_code, answer.json["is_published"]) == (200, True)
    assert shown(client, course) == (course.lesson_ids, 2)
    assert as_user(learner).get(path).status_code == 200


def test_publishing_again_changes_nothing(author, course, path, stored, audited):
    first = author.post(f"{path}/publish")
    before = stored("lessons", course.lesson_ids[1])
    again = author.post(f"{path}/publish")
    assert (again.status_code, again.data) == (200, first.data)
    assert stored("lessons", course.lesson_ids[1]) == before
    assert len(audited("lesson", course.lesson_ids[1])) == 1


@pytest.mark.parametrize(
    "lesson",
    [
        {"mux_playback_id": None},
        {"mux_playback_id": None, "body": "A text is no video"},
        {"kind": "text", "body": ""},
        {"kind": "text", "body": " \n\t\r\v\f"},
    ],
)
def test_without_anything_to_show_it_cannot_be_published(author, taught, stored, audited, lesson):
    course = taught(lessons=1, lesson=lesson | {"published_at": None})
    lesson_id = course.lesson_ids[0]
    before = stored("lessons", lesson_id)
    assert_problem(author.post(f"{API}/lessons/{lesson_id}/publish"), "not_publishable")
    assert stored("lessons", lesson_id) == before
    assert audited("lesson", lesson_id) == []


@pytest.mark.parametrize(
    "lesson",
    [
        {"duration_seconds": None},
        {"kind": "text", "body": "x", "mux_playback_id": None, "duration_seconds": None},
        {"kind": "text", "body": " \u00a0 "},
    ],
)
def test_something_to_show_is_enough_and_can_be_imported_again(author, taught, lesson):
    course = taught(lessons=1, lesson=lesson | {"published_at": None})
    assert author.post(f"{API}/lessons/{course.lesson_ids[0]}/publish").status_code == 200
    document = author.get(f"{API}/courses/{course.id}/export").json
    document["slug"] = f"{course.slug}-again"
    assert author.post(f"{API}/courses/import", json=document).status_code == 201


def test_unpublished_it_is_gone_and_its_progress_stays(
    author, client, conn, as_user, learner, course, path
):
    builders.enroll(conn, learner, course)
    author.post(f"{path}/publish")
    update = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 5}
    report = f"{API}/progress/lessons/{course.lesson_ids[1]}"
    assert as_user(learner).post(report, json=update).status_code == 200
    answer = author.post(f"{path}/unpublish")
    assert (answer.status_code, answer.json["is_published"]) == (200, False)
    assert shown(client, course) == (course.lesson_ids[:1], 1)
    assert_problem(as_user(learner).get(path), "not_found")
    assert_problem(as_user(learner).post(report, json=update), "not_found")
    author.post(f"{path}/publish")
    assert as_user(learner).get(path).json["progress"]["watched_seconds"] == 9


def test_the_last_one_of_a_published_course_stays(author, course, path, stored, audited):
    last = course.lesson_ids[0]
    before = stored("lessons", last)
    assert_problem(author.post(f"{API}/lessons/{last}/unpublish"), "last_published_lesson")
    assert stored("lessons", last) == before
    assert audited("lesson", last) == []
    author.post(f"{path}/publish")
    assert author.post(f"{API}/lessons/{last}/unpublish").status_code == 200


def test_the_last_one_of_a_course_that_is_not_published_may_go(author, taught):
    course = taught(lessons=1)
    answer = author.post(f"{API}/lessons/{course.lesson_ids[0]}/unpublish")
    assert answer.status_code == 200


def test_unpublishing_what_is_not_published_changes_nothing(author, course, path, stored, audited):
    before = stored("lessons", course.lesson_ids[1])
    assert author.post(f"{path}/unpublish").status_code == 200
    assert stored("lessons", course.lesson_ids[1]) == before
    assert audited("lesson", course.lesson_ids[1]) == []


@pytest.mark.parametrize("what", ["publish", "unpublish"])
def test_an_archived_one_is_404_as_is_what_does_not_exist(author, course, conn, what):
    archived = builders.make_lesson(conn, course, published_at=None, archived_at="now")
    for ref in (archived, 0, "01", 999_999_999, 2**63, "x"):
        assert_problem(author.post(f"{API}/lessons/{ref}/{what}"), "not_found")


def test_who_did_it_is_noted(author, instructor, course, path, audited):
    author.post(f"{path}/publish")
    author.post(f"{path}/unpublish")
    assert audited("lesson", course.lesson_ids[1]) == [
        (instructor.id, "lesson_published", {}),
        (instructor.id, "lesson_unpublished", {}),
    ]
