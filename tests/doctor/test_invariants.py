"""`flask doctor invariants`: each violation is found, and named."""

import builders
import pytest

from courseapp.doctor import INVARIANTS, examine

# Invariant -> what breaks it, for the learner of the fixture `world`, and nothing more than the
# invariants beside it.
PLANTED = {
    "total_is_ledger_sum": (
        "update user_points set total_points = total_points + 1 where user_id = %(learner)s",
        set(),
    ),
    "level_follows_points": (
        "update user_points set level = level + 1 where user_id = %(learner)s",
        set(),
    ),
    "completed_lesson_has_entry": (
        "delete from points_history where user_id = %(learner)s and reason = 'lesson_completed'",
        {"total_is_ledger_sum", "leaderboard_is_ledger_sum"},
    ),
    "lesson_entry_has_completion": (
        "update lesson_progress set is_completed = false, completed_at = null"
        " where user_id = %(learner)s",
        {"active_day_has_completion", "reached_lesson_is_completed"},
    ),
    "reached_lesson_is_completed": (
        "update lesson_progress set is_completed = false, completed_at = null"
        " where user_id = %(learner)s",
        {"lesson_entry_has_completion", "active_day_has_completion"},
    ),
    "finished_course_is_completed": (
        "update enrollments set completed_at = null where user_id = %(learner)s",
        {"course_entry_has_completion"},
    ),
    "completed_course_has_entry": (
        "delete from points_history where user_id = %(learner)s and reason = 'course_completed'",
        {"total_is_ledger_sum", "leaderboard_is_ledger_sum"},
    ),
    "course_entry_has_completion": (
        "update enrollments set completed_at = null where user_id = %(learner)s",
        {"finished_course_is_completed"},
    ),
    "certificate_has_completion": (
        "with other as (insert into courses (slug, title) values ('other', 'Other') returning id)"
        " insert into certificates (user_id, course_id, code, learner_name, course_title, language)"
        " select up.user_id, other.id, 'AAAAAAAAAAAAAAAAAAAAAA', '', '', 'en'"
        " from user_points as up, other where up.user_id = %(learner)s",
        set(),
    ),
    "progress_has_enrollment": (
        "delete from enrollments where user_id = %(learner)s",
        {"course_entry_has_completion"},
    ),
    "completed_lesson_has_active_day": (
        "update lesson_progress set completed_at = now() - interval '9 days'"
        " where user_id = %(learner)s",
        {"active_day_has_completion"},
    ),
    "active_day_has_completion": (
        "insert into user_activity_days (user_id, day) values (%(learner)s, current_date - 9)",
        set(),
    ),
    "streak_follows_days": (
        "update user_streaks set longest_streak = 5 where user_id = %(learner)s",
        set(),
    ),
    "freezes_were_earned": (
        "update user_streaks set freezes = 1 where user_id = %(learner)s",
        set(),
    ),
    "unlocked_achievement_has_entry": (
        "delete from points_history"
        " where user_id = %(learner)s and reason = 'achievement_unlocked'",
        {"total_is_ledger_sum", "leaderboard_is_ledger_sum"},
    ),
    "achievement_entry_has_unlock": (
        "delete from user_achievements where user_id = %(learner)s",
        {"reached_achievement_is_unlocked"},
    ),
    "leaderboard_is_ledger_sum": (
        "update leaderboard_entries set points = points + 1 where user_id = %(learner)s",
        set(),
    ),
    "achievement_has_metric": (
        "update achievements set metric = 'shoe_size' where code = 'ten_hours'",
        set(),
    ),
    "reached_achievement_is_unlocked": (
        "insert into achievements (code, title, description, metric, threshold)"
        " values ('new', 'New', '', 'lessons_completed', 1)",
        set(),
    ),
}


@pytest.fixture(scope="module")
def world(app, conn):
    """The id of a learner who has earned something of everything, and others beside them."""
    course = builders.make_course(conn, lessons=2, completion_points=30)
    learner, other = builders.make_user(conn), builders.make_user(conn, timezone="Asia/Tokyo")
    for user in (learner, other):
        client = app.test_client()
        client.set_cookie("access_token", builders.access_token(app, conn, user))
        client.patch("/api/v1/auth/me", json={"leaderboard_opt_in": True})
        client.post(f"/api/v1/courses/{course.id}/enroll")
        for lesson_id in course.lesson_ids:
            answer = client.post(
                f"/api/v1/progress/lessons/{lesson_id}",
                json={
                    "watched_seconds": 300,
                    "last_position_seconds": 300,
                    "completion_percentage": 100,
                },
            )
            assert answer.json["earned"]["points"] >= 10
    return learner.id


def violated(conn):
    """Invariant -> its finding, of those that are violated."""
    return {finding.name: finding for finding in examine(conn) if finding.violations}


def test_what_the_service_has_made_violates_nothing(world, runner, conn):
    assert conn.execute("select count(*) from leaderboard_entries").fetchone()[0] > 6
    answer = runner.invoke(args=["doctor", "invariants"])
    assert (answer.exit_code, answer.output) == (0, f"all {len(PLANTED)} invariants hold\n")


def test_a_violation_is_planted_for_every_invariant():
    assert PLANTED.keys() > set(INVARIANTS)


@pytest.mark.parametrize("name", PLANTED)
def test_a_violation_is_found(world, conn, name):
    statement, beside = PLANTED[name]
    with conn.transaction(force_rollback=True):
        conn.execute(statement, {"learner": world})
        found = violated(conn)
    assert found.keys() == {name, *beside}
    assert found[name].examples
    if name not in ("achievement_has_metric", "reached_achievement_is_unlocked"):
        assert all(line.startswith(f"learner {world}: ") for line in found[name].examples)


def test_it_is_printed_with_examples_and_exits_with_1(world, runner, conn):
    conn.execute("update user_points set total_points = total_points + 7")
    try:
        answer = runner.invoke(args=["doctor", "invariants"])
    finally:
        conn.execute("update user_points set total_points = total_points - 7")
    assert answer.exit_code == 1
    assert "total_is_ledger_sum: 2 violations" in answer.output
    assert f"  - learner {world}: total " in answer.output
    assert answer.output.endswith(f"1 of {len(PLANTED)} invariants are violated\n")


def test_hours_that_were_watched_without_completing_anything_are_no_violation(world, conn):
    with conn.transaction(force_rollback=True):
        conn.execute(
            "update lesson_progress set watched_seconds = 40000 where user_id = %s", [world]
        )
        assert violated(conn) == {}


def test_not_being_able_to_look_is_another_exit_status(make_app):
    app = make_app(DATABASE_OWNER_URL="postgresql://127.0.0.1:1/nowhere")
    answer = app.test_cli_runner().invoke(args=["doctor", "invariants"])
    assert answer.exit_code == 3
    assert answer.output.startswith("Error: the database: ")
