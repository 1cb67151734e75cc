"""DELETE /api/v1/modules/<id>: gone with its lessons; those that learners began are archived."""

import builders
import pytest
from authors import API
from problems import assert_problem

BEGUN = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 5}


@pytest.fixture
def course(taught, conn):
    """A published course of two modules; of `course.first` the lessons are `course.doomed`."""
    course = taught(lessons=3, published_at="now")
    course.first, course.doomed = course.module_id, list(course.lesson_ids)
    builders.make_module(conn, course)
    builders.make_lesson(conn, course, position=1)
    return course


@pytest.fixture
def path(course):
    return f"{API}/modules/{course.first}"


@pytest.fixture
def begin(conn, as_user, learner, course):
    """Let the learner begin a lesson; their client."""
    builders.enroll(conn, learner, course)
    client = as_user(learner)

    def begin(lesson_id):
        answer = client.post(f"{API}/progress/lessons/{lesson_id}", json=BEGUN)
        assert answer.status_code == 200
        return client

    return begin


def test_it_is_deleted_with_what_nobody_began(author, client, course, path, stored, outline):
    answer = author.delete(path)
    assert (answer.status_code, answer.data) == (204, b"")
    assert stored("modules", course.first) is None
    assert [stored("lessons", lesson_id) for lesson_id in course.doomed] == [None] * 3
    assert outline(course) == [(course.module_id, course.lesson_ids[3:])]
    listed = {one["id"]: one for one in client.get(f"{API}/courses").json["items"]}
    assert listed[course.id]["lessons_count"] == 1
    assert_problem(author.delete(path), "not_found")


def test_what_somebody_began_is_archived_and_the_module_with_it(
    author, course, path, stored, begin, outline, conn
):
    begun = course.doomed[1]
    client = begin(begun)
    assert author.delete(path).status_code == 204
    assert [stored("lessons", one) is None for one in course.doomed] == [True, False, True]
    assert stored("lessons", begun)["archived_at"] is not None
    assert stored("lessons", begun)["published_at"] is None
    assert stored("modules", course.first)["archived_at"] is not None
    progress = "select watched_seconds from lesson_progress where lesson_id = %s"
    assert conn.execute(progress, [begun]).fetchall() == [(9,)]
    assert outline(course) == [(course.module_id, course.lesson_ids[3:])]
    for answer in (
        author.get(path),
        author.patch(path, json={"title": "New"}),
        author.delete(path),
        author.post(f"{path}/lessons", json={"title": "New"}),
        author.get(f"{API}/lessons/{begun}"),
        client.get(f"{API}/lessons/{begun}"),
        client.get(path),
    ):
        assert_problem(answer, "not_found")
    mine = client.get(f"{API}/progress/courses/{course.id}").json
    assert mine["total_lessons"] == 1


def test_archived_lessons_keep_their_module(author, course, path, conn, stored):
    conn.execute(
        "update lessons set archived_at = now(), published_at = null where id = any(%s)",
        [course.doomed],
    )
    assert author.delete(path).status_code == 204
    assert stored("modules", course.first)["archived_at"] is not None


@pytest.mark.parametrize("is_begun", [False, True])
def test_with_the_last_published_lessons_of_a_published_course_it_stays(
    author, course, path, conn, stored, audited, begin, is_begun
):
    if is_begun:
        begin(course.doomed[0])
    author.post(f"{API}/lessons/{course.lesson_ids[3]}/unpublish")
    before = [stored("modules", course.first), *(stored("lessons", i) for i in course.doomed)]
    assert_problem(author.delete(path), "last_published_lesson")
    after = [stored("modules", course.first), *(stored("lessons", i) for i in course.doomed)]
    assert after == before
    assert audited("module", course.first) == audited("lesson", course.doomed[0]) == []
    author.post(f"{API}/courses/{course.id}/unpublish")
    assert author.delete(path).status_code == 204


def test_an_empty_one_goes_also_when_the_course_has_no_other(author, taught, stored):
    course = taught(lessons=0)
    assert author.delete(f"{API}/modules/{course.module_id}").status_code == 204
    assert stored("modules", course.module_id) is None


def test_the_next_module_takes_the_free_place_at_the_end(author, course, path):
    author.delete(path)
    made = author.post(f"{API}/courses/{course.id}/modules", json={"title": "New"}).json
    assert made["position"] == 3


def test_who_is_beginning_one_of_its_lessons_just_now_is_waited_for(
    author, course, path, learner, conn, held_up, stored
):
    builders.enroll(conn, learner, course)
    lesson_id = course.doomed[2]
    answer = held_up(
        lambda: author.delete(path),
        before=[
            "insert into lesson_progress (user_id, lesson_id, watched_seconds)"
            f" values ({learner.id}, {lesson_id}, 9)"
        ],
        waits_in="lessons.lock_lessons_against_learners",
    )
    assert answer.status_code == 204
    assert stored("lessons", lesson_id)["archived_at"] is not None


def test_each_thing_that_went_is_noted_once(author, instructor, course, path, audited, begin):
    begin(course.doomed[0])
    author.delete(path)
    details = {"course_id": course.id, "title": "One"}
    assert audited("module", course.first) == [(instructor.id, "module_archived", details)]
    actions = [[entry[1] for entry in audited("lesson", one)] for one in course.doomed]
    assert actions == [["lesson_archived"], ["lesson_deleted"], ["lesson_deleted"]]
