"""GET /api/v1/lessons/<id>: everything that a player needs."""

import builders
import pytest
from problems import assert_problem

from courseapp.schemas.lessons import LessonSchema


def watch(client, lesson_id):
    answer = client.get(f"/api/v1/lessons/{lesson_id}")
    assert answer.status_code == 200, answer.text
    assert not LessonSchema().validate(answer.json)
    return answer.json


@pytest.fixture
def course(conn, learner):
    """A course of three lessons, with the learner in it."""
    course = builders.make_course(conn)
    builders.enroll(conn, learner, course)
    return course


def test_the_enrolled_get_everything_that_a_player_needs(as_user, conn, learner, course):
    lesson = builders.make_lesson(conn, course, title="Łódź", mux_playback_id="abc123", points=7)
    assert watch(as_user(learner), lesson) == {
        "id": lesson,
        "course_id": course.id,
        "course_title": course.title,
        "module_id": course.module_id,
        "title": "Łódź",
        "kind": "video",
        "body": "",
        "body_html": "",
        "position": 4,
        "duration_seconds": 300,
        "points": 7,
        "is_preview": False,
        "is_published": True,
        "previous_lesson_id": course.lesson_ids[2],
        "next_lesson_id": None,
        "mux_playback_id": "abc123",
        "playback": {
            "hls_url": "https://stream.mux.com/abc123.m3u8",
            "thumbnail_url": "https://image.mux.com/abc123/thumbnail.jpg",
            "expires_at": None,
        },
        "progress": {
            "watched_seconds": 0,
            "last_position_seconds": 0,
            "completion_percentage": 0,
            "is_completed": False,
            "completed_at": None,
            "updated_at": None,
        },
    }


def test_a_text_lesson_has_a_text_and_no_video(as_user, conn, learner, course):
    text = '# Tytuł\n\n"cytat" <b>\\</b>'
    lesson_id = builders.make_lesson(
        conn, course, kind="text", body=text, mux_playback_id=None, duration_seconds=None
    )
    lesson = watch(as_user(learner), lesson_id)
    assert (lesson["kind"], lesson["body"]) == ("text", text)
    assert lesson["mux_playback_id"] is lesson["playback"] is lesson["duration_seconds"] is None


def test_a_video_that_is_not_there_yet_has_no_addresses(as_user, conn, learner, course):
    lesson_id = builders.make_lesson(conn, course, mux_playback_id=None)
    assert watch(as_user(learner), lesson_id)["playback"] is None


def test_it_goes_on_where_the_learner_stopped(as_user, learner, course):
    client, lesson_id = as_user(learner), course.lesson_ids[0]
    update = {"watched_seconds": 90, "last_position_seconds": 80, "completion_percentage": 30}
    stored = client.post(f"/api/v1/progress/lessons/{lesson_id}", json=update).json
    progress = watch(client, lesson_id)["progress"]
    assert progress == update | {
        "is_completed": False,
        "completed_at": None,
        "updated_at": stored["updated_at"],
    }


def test_a_completed_lesson_says_so(as_user, learner, course):
    client, lesson_id = as_user(learner), course.lesson_ids[0]
    update = {"watched_seconds": 300, "last_position_seconds": 300, "completion_percentage": 100}
    stored = client.post(f"/api/v1/progress/lessons/{lesson_id}", json=update).json
    progress = watch(client, lesson_id)["progress"]
    assert progress["is_completed"] is True
    assert progress["completed_at"] == stored["completed_at"] is not None


def test_the_progress_is_ones_own(as_user, conn, learner, course):
    other = builders.make_user(conn)
    conn.execute(
        "insert into lesson_progress (user_id, lesson_id, watched_seconds) values (%s, %s, 77)",
        [other.id, course.lesson_ids[0]],
    )
    assert watch(as_user(learner), course.lesson_ids[0])["progress"]["watched_seconds"] == 0


def test_who_is_not_enrolled_has_no_progress(as_user, client, conn):
    course = builders.make_course(conn, lesson={"is_preview": True})
    left = builders.make_user(conn)
    conn.execute(
        "insert into lesson_progress (user_id, lesson_id, watched_seconds) values (%s, %s, 77)",
        [left.id, course.lesson_ids[0]],
    )
    for caller in (client, as_user(left), as_user(builders.make_user(conn, "admin"))):
        assert watch(caller, course.lesson_ids[0])["progress"] is None


def test_the_staff_who_learn_themselves_have_progress(as_user, conn):
    admin = builders.make_user(conn, "admin")
    course = builders.make_course(conn)
    builders.enroll(conn, admin, course)
    assert watch(as_user(admin), course.lesson_ids[0])["progress"]["watched_seconds"] == 0


def test_previous_and_next_lead_through_all_modules(as_user, conn, learner):
    course = builders.make_course(conn, lessons=2)
    builders.enroll(conn, learner, course)
    first, second = course.lesson_ids
    # Made in another order than they are shown in; the third module has nothing to see.
    builders.make_module(conn, course, position=4)
    last = builders.make_lesson(conn, course, position=1)
    builders.make_module(conn, course, position=3)
    builders.make_lesson(conn, course, published_at=None)
    builders.make_module(conn, course, position=2)
    fourth = builders.make_lesson(conn, course, position=9)
    third = builders.make_lesson(conn, course, position=8)
    client = as_user(learner)
    order = [None, first, second, third, fourth, last, None]
    for before, lesson_id, after in zip(order, order[1:], order[2:], strict=False):
        lesson = watch(client, lesson_id)
        assert (lesson["previous_lesson_id"], lesson["next_lesson_id"]) == (before, after)


def test_previous_and_next_skip_what_is_not_published(as_user, conn, learner, course):
    conn.execute("update lessons set published_at = null where id = %s", [course.lesson_ids[1]])
    client = as_user(learner)
    first, _, third = course.lesson_ids
    assert watch(client, first)["next_lesson_id"] == third
    assert watch(client, third)["previous_lesson_id"] == first


def test_other_courses_are_no_neighbours(as_user, conn, learner):
    course = builders.make_course(conn, lessons=1)
    builders.make_course(conn)
    builders.enroll(conn, learner, course)
    lesson = watch(as_user(learner), course.lesson_ids[0])
    assert (lesson["previous_lesson_id"], lesson["next_lesson_id"]) == (None, None)


@pytest.mark.parametrize(
    "ref",
    ["0", "-1", "01", "1.0", "%D9%A3", "x", "999999999", str(2**63 - 1), str(2**63), "9" * 4000],
)
def test_what_does_not_exist_is_404(as_user, conn, ref):
    client = as_user(builders.make_user(conn, "admin"))
    assert_problem(client.get(f"/api/v1/lessons/{ref}"), "not_found")


def test_only_the_callers_browser_keeps_it_and_it_asks_again(as_user, client, learner, course):
    known, path = as_user(learner), f"/api/v1/lessons/{course.lesson_ids[0]}"
    answer = known.get(path)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    headers = {"If-None-Match": answer.headers["ETag"]}
    again = known.get(path, headers=headers)
    assert (again.status_code, again.data) == (304, b"")
    # The browser asks again after logging out, and learns that it may not show it.
    assert_problem(client.get(path, headers=headers), "unauthenticated")
    update = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 3}
    known.post(f"/api/v1/progress/lessons/{course.lesson_ids[0]}", json=update)
    assert known.get(path, headers=headers).status_code == 200


def test_a_preview_is_private_too(client, conn):
    course = builders.make_course(conn, lesson={"is_preview": True})
    answer = client.get(f"/api/v1/lessons/{course.lesson_ids[0]}")
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_long_text_travels_compressed(as_user, conn, learner, course):
    lesson_id = builders.make_lesson(conn, course, kind="text", body="A long text. " * 200)
    client, path = as_user(learner), f"/api/v1/lessons/{lesson_id}"
    headers = {"Accept-Encoding": "gzip"}
    answer = client.get(path, headers=headers)
    assert answer.headers["Content-Encoding"] == "gzip"
    headers["If-None-Match"] = answer.headers["ETag"]
    assert client.get(path, headers=headers).status_code == 304


def test_head_and_options(as_user, client, learner, course):
    path = f"/api/v1/lessons/{course.lesson_ids[0]}"
    head = as_user(learner).head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert client.head(path).status_code == 401
    options = client.options(path)
    assert options.status_code == 200
    assert {"GET", "HEAD", "OPTIONS"} <= set(options.headers["Allow"].split(", "))
