"""Enrolling: one transaction, because it can earn achievements."""

from psycopg import Connection

from courseapp.awards import lock_learner
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import Drops
from courseapp.db import queries
from courseapp.errors import refuse
from courseapp.metrics import CHANGED_BY_ENROLLING, METRICS
from courseapp.settling import award_more, catch_up


def enroll(
    conn: Connection, drops: Drops, user_id: int, session_id: int, course_id: int
) -> tuple[bool, bytes]:
    """Enroll once; who had done every lesson before has completed the course.

    :return: whether it is new, and json Enrollment
    :raise Problem: `unauthenticated` without a live session, `not_found` without such a published
        course
    """
    place = {"user_id": user_id, "course_id": course_id}
    with conn.transaction():
        lock_learner(conn, user_id)
        outcome, is_new, has_progress, body = queries.enrollments.enroll_user(
            conn, session_id=session_id, **place
        )
        refuse(outcome)
        # Also when it is not new: the last lesson that was missing may be gone since, or less of
        # each be asked for.
        first_entries = catch_up(conn, [user_id], course_id) if has_progress else {}
        metrics = METRICS if first_entries else CHANGED_BY_ENROLLING
        if first_entries:
            body = queries.enrollments.get_enrollment(conn, **place)
        if is_new:
            first_entries.setdefault(user_id, None)
        earned = award_more(conn, first_entries, metrics)
        if not is_new or earned:
            drops.record(conn, GAMIFICATION(user_id=user_id))
    return is_new, body
