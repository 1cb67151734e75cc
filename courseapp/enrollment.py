"""Enrolling: one transaction, because it can earn achievements."""

from psycopg import Connection

from courseapp.awards import lock_learner
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import Drops
from courseapp.db import queries
from courseapp.settling import award_more, catch_up


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
        # Also when it is not new: the last lesson that was missing may be gone since, or less of
        # each be asked for.
        first_entries = catch_up(conn, [user_id], course_id)
        if first_entries:
            body = queries.enrollments.get_enrollment(conn, **place)
        if is_new:
            first_entries.setdefault(user_id, None)
        earned = award_more(conn, first_entries)
        if not is_new or earned:
            drops.record(conn, GAMIFICATION(user_id=user_id))
    return is_new, body
