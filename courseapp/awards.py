"""What learners earn beside a lesson's own points. The caller holds their mutex."""

import logging
from collections.abc import Collection, Sequence

from psycopg import Connection

from courseapp.db import queries
from courseapp.metrics import CHANGED_BY_UNLOCKING, METRICS, measure

log = logging.getLogger(__name__)

# An achievement's points may earn the next one. What a longer chain leaves is found next time.
ROUNDS = 10


def lock_learner(conn: Connection, user_id: int) -> bool:
    """Take the learner's mutex until the transaction ends; False if there is no such account.

    First in every transaction that awards: each later statement sees what the
    learner's other devices did.
    """
    if queries.gamification.lock_user_points(conn, user_id=user_id) is not None:
        return True
    queries.gamification.create_user_points(conn, user_id=user_id)
    return queries.gamification.lock_user_points(conn, user_id=user_id) is not None


def complete_course(conn: Connection, user_id: int, course_id: int) -> int | None:
    """Complete the course and award its bonus, if every published lesson is done.

    :return: the id of the entry in the ledger; None if nothing was awarded now
    """
    if queries.progress.complete_course(conn, user_id=user_id, course_id=course_id) is None:
        return None
    return queries.gamification.award_course_points(conn, user_id=user_id, course_id=course_id)


def award_achievements(
    conn: Connection,
    user_ids: Sequence[int],
    achievement_id: int | None = None,
    metrics: Collection[str] = METRICS,
) -> dict[int, int]:
    """Unlock what the learners have reached, and what that earns them, until nothing is new.

    :param achievement_id: the one to begin with, instead of all that are active
    :param metrics: those that may have changed
    :return: learner -> the first of the new entries in their ledger
    """
    earned: dict[int, int] = {}
    for _ in range(ROUNDS):
        values = _measure(conn, user_ids, metrics)
        if not values:
            break
        unlocked = dict(
            queries.achievements.unlock_achievements(
                conn,
                user_ids=[user_id for user_id, _, _ in values],
                metrics=[metric for _, metric, _ in values],
                values=[value for _, _, value in values],
                achievement_id=achievement_id,
            )
        )
        if not unlocked:
            break
        earned = unlocked | earned
        # Whoever began with one achievement has not been measured for the others.
        metrics = METRICS if achievement_id else CHANGED_BY_UNLOCKING
        user_ids, achievement_id = list(unlocked), None
    return earned


def _measure(
    conn: Connection, user_ids: Sequence[int], metrics: Collection[str]
) -> list[tuple[int, str, int]]:
    """(learner, metric, value), for those of `metrics` that may earn one something now."""
    pending = dict(queries.achievements.list_pending_metrics(conn, user_ids=list(user_ids)))
    for metric in set(pending).difference(METRICS):
        # Somebody wrote it into the table by hand; a completion must not fail for that.
        log.error("an achievement has the metric %s, and sql/metrics/ has no such file", metric)
    return [
        (user_id, metric, value)
        for metric in metrics
        if metric in pending
        for user_id, value in measure(conn, metric, user_ids)
        if value >= pending[metric]
    ]


def update_leaderboard(conn: Connection, first_entries: dict[int, int]) -> None:
    """Add to the leaderboards what learners have earned: learner -> first new entry."""
    if first_entries:
        queries.gamification.update_leaderboard(
            conn,
            user_ids=list(first_entries),
            from_entry_ids=list(first_entries.values()),
        )
