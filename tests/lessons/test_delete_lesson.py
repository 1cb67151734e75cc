"""DELETE /api/v1/lessons/<id>: gone if nobody began it, else archived with all progress."""

from functools import partial

import builders
import pytest
from achievements.earning import FINISH, at_once, crowded
from authors import API
from conftest import anonymous
from problems import assert_problem

BEGUN = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 5}


@pytest.fixture
def course(taught):
    return taught(lessons=2, published_at="now")


@pytest.fixture
def path(course):
    return f"{API}/lessons/{course.lesson_ids[0]}"


@pytest.fixture
def begin(conn, as_user):
    """Make somebody begin a lesson; their client."""

    def begin(user, course, lesson_id):
        builders.enroll(conn, user, course)
        client = as_user(user)
        answer = client.post(f"{API}/progress/lessons/{lesson_id}", json=BEGUN)
        assert answer.status_code == 200
        return client

    return begin


@pytest.fixture
def progress(conn):
    """How many have progress in a lesson."""
    query = "select count(*) from lesson_progress where lesson_id = %s"
    return lambda lesson_id: conn.execute(query, [lesson_id]).fetchone()[0]


def test_what_nobody_began_is_deleted(author, client, course, path, stored, outline):
    answer = author.delete(path)
    assert (answer.status_code, answer.data) == (204, b"")
    assert stored("lessons", course.lesson_ids[0]) is None
    assert outline(course) == [(course.module_id, course.lesson_ids[1:])]
    listed = {one["id"]: one for one in client.get(f"{API}/courses").json["items"]}
    assert listed[course.id]["lessons_count"] == 1
    assert_problem(author.delete(path), "not_found")


def test_what_somebody_began_is_archived_with_their_progress(
    author, course, path, stored, learner, begin, progress, outline
):
    lesson_id = course.lesson_ids[0]
    client = begin(learner, course, lesson_id)
    assert author.delete(path).status_code == 204
    row = stored("lessons", lesson_id)
    assert (row["published_at"], row["archived_at"] is None) == (None, False)
    assert progress(lesson_id) == 1
    assert outline(course) == [(course.module_id, course.lesson_ids[1:])]
    for answer in (
        client.get(path),
        client.get(f"{API}/progress/lessons/{lesson_id}"),
        client.post(f"{API}/progress/lessons/{lesson_id}", json=BEGUN),
        author.get(path),
        author.patch(path, json={"title": "New"}),
        author.post(f"{path}/publish"),
        author.delete(path),
    ):
        assert_problem(answer, "not_found")
    mine = client.get(f"{API}/progress/courses/{course.id}").json
    assert (mine["total_lessons"], mine["next_lesson_id"]) == (1, course.lesson_ids[1])


def test_who_has_left_counts_too(author, course, path, stored, learner, begin):
    client = begin(learner, course, course.lesson_ids[0])
    client.delete(f"{API}/courses/{course.id}/enroll")
    author.delete(path)
    assert stored("lessons", course.lesson_ids[0])["archived_at"] is not None


def test_points_that_it_gave_stay(author, course, path, conn, learner, as_user):
    builders.enroll(conn, learner, course)
    client = as_user(learner)
    client.post(f"{API}/progress/lessons/{course.lesson_ids[0]}", json=FINISH)
    before = client.get(f"{API}/gamification/me").json["total_points"]
    assert before >= 10
    author.delete(path)
    assert client.get(f"{API}/gamification/me").json["total_points"] == before
    assert client.get(f"{API}/gamification/me/history").status_code == 200


@pytest.mark.parametrize("is_begun", [False, True])
def test_the_last_published_one_of_a_published_course_stays(
    author, taught, conn, stored, audited, learner, begin, is_begun
):
    course = taught(lessons=1, published_at="now")
    builders.make_lesson(conn, course, published_at=None)
    lesson_id = course.lesson_ids[0]
    if is_begun:
        begin(learner, course, lesson_id)
    before = stored("lessons", lesson_id)
    assert_problem(author.delete(f"{API}/lessons/{lesson_id}"), "last_published_lesson")
    assert stored("lessons", lesson_id) == before
    assert audited("lesson", lesson_id) == []
    assert author.delete(f"{API}/lessons/{course.lesson_ids[1]}").status_code == 204
    author.post(f"{API}/courses/{course.id}/unpublish")
    assert author.delete(f"{API}/lessons/{lesson_id}").status_code == 204


@pytest.mark.parametrize("ref", ["0", "01", "999999999", str(2**63), "x"])
def test_what_does_not_exist_is_404(author, ref):
    assert_problem(author.delete(f"{API}/lessons/{ref}"), "not_found")


def test_who_did_it_is_noted(author, instructor, course, audited, learner, begin, taught):
    begin(learner, course, course.lesson_ids[0])
    other = taught(lessons=1)
    author.delete(f"{API}/lessons/{course.lesson_ids[0]}")
    author.delete(f"{API}/lessons/{other.lesson_ids[0]}")
    for one, action in ((course, "lesson_archived"), (other, "lesson_deleted")):
        ((actor_id, noted, details),) = audited("lesson", one.lesson_ids[0])
        assert (actor_id, noted) == (instructor.id, action)
        assert details == {"course_id": one.id, "title": "Lesson 1"}


@pytest.mark.parametrize("update", [BEGUN, FINISH], ids=["beginning", "completing"])
def test_who_begins_it_while_it_is_being_deleted_finds_nothing(
    conn, course, learner, as_user, held_up, update
):
    """Their update waits, and then there is nothing that it could be about."""
    builders.enroll(conn, learner, course)
    client, lesson_id = as_user(learner), course.lesson_ids[0]
    answer = held_up(
        lambda: client.post(f"{API}/progress/lessons/{lesson_id}", json=update),
        before=[f"select from lessons where id = {lesson_id} for update"],
        waits_in="progress.record_progress" if update is BEGUN else "progress.complete_lesson",
        after=[f"delete from lessons where id = {lesson_id}"],
    )
    assert_problem(answer, "not_found")
    assert client.get(f"{API}/gamification/me").json["total_points"] == 0


def test_who_is_beginning_it_just_now_is_waited_for(
    author, course, path, learner, conn, held_up, stored, progress
):
    builders.enroll(conn, learner, course)
    lesson_id = course.lesson_ids[0]
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
    assert progress(lesson_id) == 1


def test_learners_who_begin_in_the_very_moment_begin_it_or_find_nothing(
    make_app, conn, taught, instructor, stored, progress
):
    learners = [builders.make_user(conn) for _ in range(6)]
    with crowded(make_app, conn) as app:

        def as_user(user):
            client = anonymous(app)
            client.set_cookie("access_token", builders.access_token(app, conn, user))
            return client

        author, clients = as_user(instructor), [as_user(learner) for learner in learners]
        for turn in range(10):
            course = taught(lessons=1)
            lesson_id = course.lesson_ids[0]
            for learner in learners:
                builders.enroll(conn, learner, course)
            update = FINISH if turn % 2 else BEGUN
            report = f"{API}/progress/lessons/{lesson_id}"
            deleted, *begun = at_once(
                partial(author.delete, f"{API}/lessons/{lesson_id}"),
                *(partial(client.post, report, json=update) for client in clients),
            )
            assert deleted.status_code == 204
            stored_ones = [answer for answer in begun if answer.status_code == 200]
            assert {answer.status_code for answer in begun} <= {200, 404}
            assert progress(lesson_id) == len(stored_ones)
            assert (stored("lessons", lesson_id) is not None) == bool(stored_ones)
