"""The update that completes a lesson: one transaction of plain statements."""

from psycopg import Connection

from courseapp.db import queries


def complete_lesson(
    conn: Connection, user_id: int, lesson_id: int, update: dict
) -> tuple[str, bytes | None]:
    """Store the update, award the lesson's points and complete the course, each at most once.

    The order makes it exactly once whatever else runs: the learner's mutex
    first, so that every later statement sees what their other devices did.

    :param update: watched_seconds, last_position_seconds, completion_percentage, sent_at
    :return: an outcome of :data:`courseapp.errors.PROBLEMS` or `ok`, and json LessonProgress
    """
    with conn.transaction():
        if queries.gamification.lock_user_points(conn, user_id=user_id) is None:
            queries.gamification.create_user_points(conn, user_id=user_id)
            queries.gamification.lock_user_points(conn, user_id=user_id)
        row = queries.progress.complete_lesson(conn, user_id=user_id, lesson_id=lesson_id, **update)
        if row is None:
            return "not_found", None
        outcome, body, course_id = row
        if outcome == "ok":
            queries.gamification.award_lesson_points(conn, user_id=user_id, lesson_id=lesson_id)
            queries.progress.complete_course(conn, user_id=user_id, course_id=course_id)
        return outcome, body
