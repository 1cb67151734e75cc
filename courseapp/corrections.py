"""Corrections of points: new entries in the ledger, which itself never changes."""

from psycopg import Connection

from courseapp.awards import award_achievements, lock_learner, update_leaderboard
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import Drops
from courseapp.db import queries


def correct_points(
    conn: Connection, drops: Drops, actor_id: int, user_id: int, correction: dict
) -> tuple[str, bool | None, bytes | None]:
    """Add an entry to the learner's ledger, once for each `correction_id`.

    :param actor_id: the admin
    :param correction: correction_id, points, note
    :return: an outcome of :data:`courseapp.errors.PROBLEMS` or `ok`, whether the entry is new, and
        json PointsEntry
    """
    with conn.transaction():
        if not lock_learner(conn, user_id):
            return "not_found", None, None
        outcome, is_new, entry_id, body = queries.gamification.create_correction(
            conn, actor_id=actor_id, user_id=user_id, **correction
        )
        if outcome == "ok" and is_new:
            award_achievements(conn, [user_id])
            update_leaderboard(conn, {user_id: entry_id})
        if outcome == "ok":
            drops.record(conn, GAMIFICATION(user_id=user_id))
    return outcome, is_new, body
