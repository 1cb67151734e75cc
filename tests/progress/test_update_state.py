"""What an update stores: the highest of what was watched, the newest position."""

from datetime import UTC, datetime, timedelta

import builders
import pytest

LARGEST = 2**31 - 1


def ago(**delta):
    return (datetime.now(UTC) - timedelta(**delta)).isoformat()


def test_an_update_is_stored_and_answered_with_the_state(watch):
    w = watch()
    answer = w.report(60, 61, 20)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    state = answer.json
    assert state.pop("earned") is None
    assert w.lesson() == state
    updated_at = datetime.fromisoformat(state.pop("updated_at"))
    assert abs(updated_at - datetime.now(UTC)) < timedelta(seconds=10)
    assert state == {
        "lesson_id": w.lesson_id,
        "course_id": w.course.id,
        "watched_seconds": 60,
        "last_position_seconds": 61,
        "completion_percentage": 20,
        "is_completed": False,
        "completed_at": None,
    }


def test_a_token_in_the_authorization_header_counts_too(watch, client):
    w = watch()
    token = w.client.get_cookie("access_token").value
    w.client = client
    assert w.report().status_code == 401
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    assert w.report().status_code == 200


def test_watched_seconds_and_percentage_never_decrease(watch):
    w = watch()
    w.report(100, percentage=33)
    assert w.report(50, percentage=40).json["watched_seconds"] == 100
    answer = w.report(120, percentage=10).json
    assert (answer["watched_seconds"], answer["completion_percentage"]) == (120, 40)


def test_without_sent_at_the_last_to_arrive_sets_the_position(watch):
    w = watch()
    w.report(100, position=100)
    assert w.report(100, position=10).json["last_position_seconds"] == 10
    assert w.lesson()["last_position_seconds"] == 10


def test_a_late_update_moves_no_position_but_what_was_watched_counts(watch):
    w = watch()
    w.report(100, position=100, sent_at=ago(seconds=10))
    answer = w.report(150, position=40, percentage=50, sent_at=ago(seconds=20)).json
    assert answer["last_position_seconds"] == 100
    assert (answer["watched_seconds"], answer["completion_percentage"]) == (150, 50)


def test_going_back_in_the_video_is_no_late_update(watch):
    w = watch()
    w.report(100, position=100, sent_at=ago(seconds=10))
    assert w.report(100, position=5, sent_at=ago(seconds=5)).json["last_position_seconds"] == 5


def test_after_a_late_update_the_next_newest_still_counts(watch):
    w = watch()
    w.report(10, position=10, sent_at=ago(seconds=20))
    w.report(10, position=11, sent_at=ago(seconds=30))
    assert w.report(10, position=12, sent_at=ago(seconds=19)).json["last_position_seconds"] == 12


def test_an_update_without_sent_at_after_one_with_it_sets_the_position(watch):
    w = watch()
    w.report(100, position=100, sent_at=ago(seconds=0))
    assert w.report(100, position=7).json["last_position_seconds"] == 7


def test_an_update_sent_before_one_without_sent_at_arrived_is_late(watch):
    w = watch()
    w.report(100, position=100)
    assert w.report(100, position=7, sent_at=ago(seconds=1)).json["last_position_seconds"] == 100


@pytest.mark.parametrize("zone", ["+14:00", "-12:00", "Z"])
def test_sent_at_may_be_in_any_zone(watch, zone):
    w = watch()
    now = datetime.now(UTC)
    offset = {"+14:00": 14, "-12:00": -12, "Z": 0}[zone]
    late = (now - timedelta(minutes=1) + timedelta(hours=offset)).replace(tzinfo=None)
    w.report(100, position=100, sent_at=now.isoformat())
    answer = w.report(100, position=7, sent_at=f"{late.isoformat()}{zone}")
    assert answer.status_code == 200
    assert answer.json["last_position_seconds"] == 100


def test_a_device_with_a_fast_clock_does_not_lock_the_others_out(watch, conn):
    w = watch()
    w.report(100, position=100, sent_at=ago(days=-400))
    stored = conn.execute(
        "select sent_at <= now() from lesson_progress where user_id = %s", [w.user.id]
    ).fetchone()[0]
    assert stored
    assert w.report(100, position=7, sent_at=ago(seconds=0)).json["last_position_seconds"] == 7


@pytest.mark.parametrize("sent_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_time_are_a_sent_at(watch, sent_at):
    w = watch()
    answer = w.report(10, position=10, sent_at=sent_at)
    assert answer.status_code == 200
    assert w.report(11, position=11, sent_at=ago(seconds=0)).json["last_position_seconds"] == 11


def test_a_late_completing_update_completes_and_moves_no_position(watch):
    w = watch()
    w.report(100, position=100, sent_at=ago(seconds=10))
    answer = w.report(300, position=290, percentage=100, sent_at=ago(seconds=20)).json
    assert answer["is_completed"]
    assert (answer["watched_seconds"], answer["last_position_seconds"]) == (300, 100)


def test_an_on_time_completing_update_moves_the_position(watch):
    w = watch()
    w.report(100, position=100, sent_at=ago(seconds=10))
    answer = w.report(300, position=290, percentage=100, sent_at=ago(seconds=5)).json
    assert answer["last_position_seconds"] == 290


def test_seconds_are_clamped_to_the_length_of_the_lesson(watch):
    w = watch(lesson={"duration_seconds": 300})
    answer = w.report(LARGEST, LARGEST, 50).json
    assert (answer["watched_seconds"], answer["last_position_seconds"]) == (300, 300)
    answer = w.report(LARGEST, 0, 100).json
    assert (answer["watched_seconds"], answer["last_position_seconds"]) == (300, 0)


def test_seconds_of_a_lesson_of_unknown_length_are_not_clamped(watch):
    w = watch(lesson={"duration_seconds": None})
    answer = w.report(LARGEST, LARGEST - 1, 50).json
    assert (answer["watched_seconds"], answer["last_position_seconds"]) == (LARGEST, LARGEST - 1)
    answer = w.report(LARGEST, 5, 100).json
    assert (answer["watched_seconds"], answer["last_position_seconds"]) == (LARGEST, 5)


@pytest.mark.parametrize(("percentage", "is_completed"), [(94, False), (95, True), (100, True)])
def test_a_lesson_is_completed_at_95_percent(watch, percentage, is_completed):
    answer = watch().report(10, percentage=percentage).json
    assert answer["is_completed"] is is_completed
    assert (answer["completed_at"] is not None) is is_completed


@pytest.mark.parametrize(
    ("threshold", "percentage", "is_completed"),
    [
        (1, 0, False),
        (1, 1, True),
        (80, 79, False),
        (80, 80, True),
        (100, 99, False),
        (100, 100, True),
    ],
)
def test_a_course_has_its_own_threshold(watch, threshold, percentage, is_completed):
    w = watch(completion_threshold=threshold)
    assert w.report(10, percentage=percentage).json["is_completed"] is is_completed


def test_watching_everything_does_not_complete_but_the_percentage_does(watch):
    w = watch()
    assert not w.report(300, percentage=94).json["is_completed"]
    assert w.report(1, percentage=95).json["is_completed"]


def test_a_stored_percentage_does_not_complete_with_a_later_update(watch, conn):
    """Only what is sent counts against the threshold."""
    w = watch()
    w.report(10, percentage=90)
    conn.execute("update courses set completion_threshold = 80 where id = %s", [w.course.id])
    assert not w.report(20, percentage=79).json["is_completed"]
    assert w.report(30, percentage=80).json["is_completed"]


def test_a_completion_stays(watch, conn, forget_throttle):
    w = watch()
    first = w.finish().json
    forget_throttle(w.user)
    conn.execute("update courses set completion_threshold = 100 where id = %s", [w.course.id])
    again = w.report(1, percentage=1).json
    assert again["is_completed"]
    assert again["completed_at"] == first["completed_at"]
    assert (again["watched_seconds"], again["completion_percentage"]) == (300, 100)


def test_an_update_touches_only_its_learner_and_lesson(watch, conn):
    w, other = watch(), watch()
    builders.enroll(conn, other.user, w.course)
    w.report(100)
    other.report(7, lesson_id=w.lesson_id)
    assert w.lesson()["watched_seconds"] == 100
    assert w.lesson(w.course.lesson_ids[1])["watched_seconds"] == 0
    assert other.lesson(w.lesson_id)["watched_seconds"] == 7
