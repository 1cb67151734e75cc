"""Who is done because an author took a lesson away or lowered the threshold: completed, set-based.

Everybody else completes a course with their own last lesson: courseapp/completion.py.
"""

from collections.abc import Collection, Iterator, Sequence

from psycopg import Connection

from courseapp.awards import award_achievements, update_leaderboard
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import Drops
from courseapp.completion import record_day
from courseapp.db import queries
from courseapp.jobs import defer
from courseapp.metrics import METRICS
from courseapp.slices import for_learners

# A learner's own completion may have begun before the author's change was there to be seen, and
# end after the first look. No transaction of a request lasts that long.
SECOND_LOOK_SECONDS = 30
# What is looked at in one statement, of some 100 ms in a course of 50 lessons.
PAGE = 500


class BusyLearners(Exception):
    """Learners who could not be locked in time; try again."""


def settle_later(conn: Connection, course_id: int) -> None:
    """Leave it to the worker, as soon as the transaction of `conn` commits."""
    job = {"lock": f"settle_course:{course_id}", "course_id": course_id}
    defer(conn, "settle_course", **job)
    # Less urgent, or it would hold up the first look of the next change.
    defer(conn, "settle_course", delay_seconds=SECOND_LOOK_SECONDS, priority=-1, **job)


def settle_course(conn: Connection, course_id: int) -> int:
    """Complete the course for all who are done; return how many learners got something.

    A batch a transaction: interrupted, it has done what it has done, and done again it changes
    nothing.

    :raise BusyLearners: if some were being awarded by somebody else for too long; the others are
        done
    """

    def settle(conn: Connection, drops: Drops, some: list[int]) -> int:
        first_entries = catch_up(conn, some, course_id)
        award_more(conn, first_entries)
        drops.record(conn, *(GAMIFICATION(user_id=user_id) for user_id in first_entries))
        return len(first_entries)

    busy: list[int] = []
    changed = 0
    for user_ids in _unsettled(conn, course_id):
        changed += sum(for_learners(conn, user_ids, settle, busy))
    if busy:
        raise BusyLearners(busy)
    return changed


def _unsettled(conn: Connection, course_id: int) -> Iterator[list[int]]:
    """Who has something to get, a page of the course's learners at a time."""
    after_id = 0
    while after_id is not None:
        after_id, user_ids = queries.progress.list_unsettled_learners(
            conn, course_id=course_id, after_id=after_id, limit=PAGE
        )
        yield user_ids


def catch_up(conn: Connection, user_ids: Sequence[int], course_id: int) -> dict[int, int | None]:
    """Complete the lessons that they have watched enough of, and the course of who is done by it.

    With points and streaks. The caller holds their mutexes, and goes on with :func:`award_more`.

    :return: learner -> the first of the new entries in their ledger, or None for who got nothing
        but the completion; without those for whom nothing has changed
    """
    some = {"user_ids": list(user_ids), "course_id": course_id}
    reached = list(queries.progress.complete_reached_lessons(conn, **some))
    first_entries: dict[int, int | None] = {user_id: None for user_id, _ in reached}
    if reached:
        first_entries |= queries.gamification.award_reached_lessons(
            conn,
            user_ids=[user_id for user_id, _ in reached],
            lesson_ids=[lesson_id for _, lesson_id in reached],
        )
    for user_id, lesson_id in dict(reached).items():
        record_day(conn, user_id, lesson_id)
    completed = [user_id for (user_id,) in queries.progress.complete_courses(conn, **some)]
    if completed:
        bonuses = dict(
            queries.gamification.award_completed_courses(
                conn, user_ids=completed, course_id=course_id
            )
        )
        for user_id in completed:
            first_entries[user_id] = first_entries.get(user_id) or bonuses.get(user_id)
    return first_entries


def award_more(
    conn: Connection, first_entries: dict[int, int | None], metrics: Collection[str] = METRICS
) -> dict[int, int]:
    """What else their new entries earn them: achievements, and their place in the leaderboards.

    :param first_entries: as :func:`catch_up` returns it
    :param metrics: those that may have changed
    :return: learner -> the first of all new entries in their ledger, for who has some
    """
    if not first_entries:
        return {}
    earned = award_achievements(conn, sorted(first_entries), metrics=metrics)
    earned |= {user_id: entry for user_id, entry in first_entries.items() if entry is not None}
    update_leaderboard(conn, earned)
    return earned
