"""The update that completes a lesson: one transaction of plain statements."""

from psycopg import Connection

from courseapp.awards import award_achievements, complete_course, lock_learner, update_leaderboard
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import Drops
from courseapp.db import queries


def complete_lesson(
    conn: Connection, drops: Drops, user_id: int, lesson_id: int, update: dict
) -> tuple[str, bytes | None]:
    """Store the update and award all that it earns, each at most once.

    The order makes it exactly once whatever else runs: the learner's mutex
    first, so that every later statement sees what their other devices did.

    :param update: watched_seconds, last_position_seconds, completion_percentage, sent_at
    :return: an outcome of :data:`courseapp.errors.PROBLEMS` or `ok`, and json LessonProgressUpdate
    """
    lesson = {"user_id": user_id, "lesson_id": lesson_id}
    with conn.transaction():
        lock_learner(conn, user_id)
        row = queries.progress.complete_lesson(conn, **lesson, **update)
        if row is None:
            return "not_found", None
        outcome, course_id = row
        if outcome != "ok":
            return outcome, None
        is_first_today = False
        entry_id = queries.gamification.award_lesson_points(conn, **lesson)
        # None: another device was faster, and awarded everything.
        if entry_id is not None:
            complete_course(conn, user_id, course_id)
            is_first_today = record_day(conn, user_id, lesson_id)
            award_achievements(conn, [user_id])
            update_leaderboard(conn, {user_id: entry_id})
        drops.record(conn, GAMIFICATION(user_id=user_id))
        body = queries.progress.get_completion(
            conn, **lesson, first_entry_id=entry_id, is_first_today=is_first_today
        )
    return outcome, body


def record_day(conn: Connection, user_id: int, lesson_id: int) -> bool:
    """Whether the learner's day has become an active one by this; the streak counts it then."""
    day = queries.gamification.record_activity_day(conn, user_id=user_id, lesson_id=lesson_id)
    if day is None:
        return False
    queries.gamification.update_streak(conn, user_id=user_id, day=day)
    return True
