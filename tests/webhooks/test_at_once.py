"""Events and uploads of one lesson at the same moment: one after the other, and no deadlock."""

import random

import builders
import pytest
from achievements.earning import at_once, crowded
from conftest import anonymous

ROUNDS = 6


@pytest.fixture
def busy(make_app, conn):
    """An app with connections for all."""
    with crowded(make_app, conn) as app:
        yield app


def test_copies_that_arrive_together_count_once(busy, tell, mux, upload, lesson, conn):
    body = mux.ready(upload)
    clients = [anonymous(busy) for _ in range(8)]
    answers = at_once(*(lambda client=client: tell(body, by=client) for client in clients))
    assert {answer.status_code for answer in answers} == {204}
    query = "select count(*) from audit_log where action = 'video_ready' and target_id = %s"
    assert conn.execute(query, [lesson.id]).fetchone() == (1,)


def test_uploads_that_begin_together_leave_one_that_waits(busy, conn, author, lesson, states):
    token = builders.access_token(busy, conn, author.user)
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/api/v1/lessons/{lesson.id}/uploads"
    calls = [lambda: anonymous(busy).post(path, headers=headers) for _ in range(8)]
    assert {answer.status_code for answer in at_once(*calls)} == {201}
    found = [status for status, _ in states(lesson)]
    assert found == ["failed"] * 7 + ["waiting"]


def test_whatever_comes_in_whatever_order_the_newest_decides(
    busy, tell, mux, begin, lesson, shown, states, conn, author
):
    token = builders.access_token(busy, conn, author.user)
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/api/v1/lessons/{lesson.id}/uploads"

    def event(body):
        return lambda: tell(body, by=anonymous(busy))

    for _ in range(ROUNDS):
        older = begin(lesson)
        calls = [
            event(mux.ready(older)),
            event(mux.failed(older, "No video.")),
            event(mux.upload_event("cancelled", older)),
            lambda: anonymous(busy).post(path, headers=headers),
        ]
        random.shuffle(calls)
        assert {answer.status_code for answer in at_once(*calls)} == {204, 201}
        assert states(lesson)[-1] == ("waiting", None)
        newest = list(mux.uploads)[-1]
        tell(mux.ready(newest, playback_ids=[{"id": newest, "policy": "public"}]))
        assert shown(lesson) == (newest, 24)


def test_whoever_puts_the_lessons_into_another_order_is_not_in_its_way(
    held_up, tell, mux, upload, lesson, shown, conn
):
    """It holds no lesson before it has the course: they would wait for each other."""
    body = mux.ready(upload, playback_ids=[{"id": "new", "policy": "public"}])
    answer = held_up(
        lambda: tell(body),
        waits_in="webhooks.lock_upload",
        before=[f"select from courses where id = {lesson.course.id} for no key update"],
        after=[
            f"select from lessons where id = {lesson.id} for update nowait",
            *moved_to_another_module(conn, lesson),
        ],
    )
    assert answer.status_code == 204
    assert shown(lesson)[0] == "new"


def test_an_upload_of_a_lesson_that_is_moved_meanwhile_begins(held_up, author, conn, lesson, mux):
    path = f"/api/v1/lessons/{lesson.id}/uploads"
    answer = held_up(
        lambda: author.post(path),
        waits_in="uploads.lock_lesson",
        before=[f"select from courses where id = {lesson.course.id} for no key update"],
        after=moved_to_another_module(conn, lesson),
    )
    assert answer.status_code == 201


def moved_to_another_module(conn, lesson):
    """Statements that do what whoever changes the outline does."""
    other = builders.make_module(conn, lesson.course)
    module_id = getattr(other, "module_id", other)
    return [f"update lessons set module_id = {module_id}, position = 7 where id = {lesson.id}"]
