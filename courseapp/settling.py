"""Who is done because an author took a lesson away or lowered the threshold: completed, set-based.

Everybody else completes a course with their own last lesson: courseapp/completion.py.
"""

from psycopg import Connection

from courseapp.awards import award_achievements, update_leaderboard
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import Drops
from courseapp.completion import record_day
from courseapp.db import queries
from courseapp.jobs import defer
from courseapp.slices import for_learners

# A learner's own completion may have begun before the author's change was there to be seen, and
# end after the first look. No transaction of a request lasts that long.
SECOND_LOOK_SECONDS = 30


class BusyLearners(Exception):
    """Learners who could not be locked in time; try again."""


def settle_later(conn: Connection, course_id: int) -> None:
    """Leave it to the worker, as soon as the transaction of `conn` commits."""
    for seconds in (0, SECOND_LOOK_SECONDS):
        lock = f"settle_course:{course_id}"
        defer(conn, "settle_course", delay_seconds=seconds, lock=lock, course_id=course_id)


def settle_course(conn: Connection, course_id: int) -> int:
    """Complete the course for all who are done; return how many learners got something.

    A batch a transaction: interrupted, it has done what it has done, and done again it changes
    nothing.

    :raise BusyLearners: if some were being awarded by somebody else for too long; the others are
        done
    """
    user_ids = queries.progress.list_unsettled_learners(conn, course_id=course_id)

    def settle(conn: Connection, drops: Drops, some: list[int]) -> int:
        return _settle(conn, drops, some, course_id)

    busy: list[int] = []
    changed = sum(for_learners(conn, user_ids, settle, busy))
    if busy:
        raise BusyLearners(busy)
    return changed


def _settle(conn: Connection, drops: Drops, user_ids: list[int], course_id: int) -> int:
    some = {"user_ids": user_ids, "course_id": course_id}
    reached = list(queries.progress.complete_reached_lessons(conn, **some))
    first_entries = dict(
        queries.gamification.award_reached_lessons(
            conn,
            user_ids=[user_id for user_id, _ in reached],
            lesson_ids=[lesson_id for _, lesson_id in reached],
        )
    )
    for user_id, lesson_id in dict(reached).items():
        record_day(conn, user_id, lesson_id)
    completed = [user_id for (user_id,) in queries.progress.complete_courses(conn, **some)]
    bonuses = queries.gamification.award_completed_courses(
        conn, user_ids=completed, course_id=course_id
    )
    first_entries = dict(bonuses) | first_entries
    changed = sorted({*first_entries, *completed, *dict(reached)})
    if changed:
        first_entries = award_achievements(conn, changed) | first_entries
        update_leaderboard(conn, first_entries)
        drops.record(conn, *(GAMIFICATION(user_id=user_id) for user_id in changed))
    return len(changed)
