"""What reporting progress costs the servers."""

import builders
import pytest


@pytest.fixture
def device(recorder, conn, learner):
    """Sends updates of a course's only lesson, recorded."""
    course = builders.make_course(conn, lessons=1)
    builders.enroll(conn, learner, course)
    client = recorder.app.test_client()
    client.set_cookie("access_token", builders.access_token(recorder.app, conn, learner))

    def report(status, percentage=20, **more):
        update = {
            "watched_seconds": 60,
            "last_position_seconds": 60,
            "completion_percentage": percentage,
        }
        path = f"/api/v1/progress/lessons/{course.lesson_ids[0]}"
        with recorder.recording() as seen:
            answer = client.post(path, json=update | more)
        assert answer.status_code == status
        return seen

    return report


ORDINARY = ["progress.record_progress"]
DROP = ["cache.record_drops", "cache.clear_drops"]
COMPLETING = [
    "progress.record_progress",
    "BEGIN",
    "gamification.lock_user_points",
    "progress.complete_lesson",
    "gamification.award_lesson_points",
    "progress.complete_course",
    "gamification.award_course_points",
    "gamification.record_activity_day",
    "gamification.update_streak",
    "achievements.list_pending_metrics",
    "gamification.update_leaderboard",
    "cache.record_drops",
    "progress.get_completion",
    "COMMIT",
    "cache.clear_drops",
]


def test_an_ordinary_update_sends_one_statement_and_nothing_to_redis(device):
    for more in ({}, {"sent_at": "2026-01-01T00:00:00Z"}, {"sent_at": None}):
        seen = device(200, **more)
        assert seen.statements == ORDINARY
        assert seen.redis_commands == 0


def test_a_throttled_update_sends_one_statement_and_nothing_to_redis(device):
    for _ in range(3):
        device(200)
    seen = device(429)
    assert seen.statements == ORDINARY
    assert seen.redis_commands == 0


def test_a_refused_update_sends_one_statement_and_nothing_to_redis(device, conn, learner):
    conn.execute("delete from enrollments where user_id = %s", [learner.id])
    seen = device(403)
    assert seen.statements == ORDINARY
    conn.execute("update sessions set expires_at = now() where user_id = %s", [learner.id])
    seen = device(401)
    assert seen.statements == ORDINARY
    assert seen.redis_commands == 0


def test_an_update_that_is_not_valid_sends_nothing(device):
    seen = device(422, percentage=101)
    assert seen.statements == []
    assert seen.redis_commands == 0


def test_the_completing_update_sends_its_steps_in_order(device):
    seen = device(200, percentage=95)
    assert seen.statements == COMPLETING
    # The drop, and at first a connection for it.
    assert seen.redis_commands > 0


def test_an_update_of_a_completed_lesson_is_an_ordinary_one(device, conn):
    device(200, percentage=95)
    # A moment ago it may have been completed by a worker that died before its drop.
    assert device(200, percentage=95).statements == [*ORDINARY, *DROP]
    conn.execute("update lesson_progress set completed_at = completed_at - interval '10 seconds'")
    assert device(200, percentage=100).statements == ORDINARY
