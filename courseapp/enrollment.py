"""Enrolling: one transaction, because it can earn achievements."""

from psycopg import Connection

from courseapp.awards import award_achievements, complete_course, lock_learner, update_leaderboard
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import Drops
from courseapp.db import queries


def enroll(
    conn: Connection, drops: Drops, user_id: int, course_id: int
) -> tuple[bool, bytes] | None:
    """Enroll once; who had done every lesson before has completed the course.

    :return: whether it is new, and json Enrollment; None if there is no such published course
    """
    place = {"user_id": user_id, "course_id": course_id}
    with conn.transaction():
        lock_learner(conn, user_id)
        row = queries.enrollments.enroll_user(conn, **place)
        if row is None:
            return None
        is_new, body = row
        # Also when it is not new: the last lesson that was missing may be gone since.
        bonus = complete_course(conn, user_id, course_id)
        if bonus is not None:
            body = queries.enrollments.get_enrollment(conn, **place)
        if is_new or bonus is not None:
            first_entries = award_achievements(conn, [user_id])
            update_leaderboard(conn, first_entries if bonus is None else {user_id: bonus})
        if not is_new or bonus is not None or first_entries:
            drops.record(conn, GAMIFICATION(user_id=user_id))
    return is_new, body
