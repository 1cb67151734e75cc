"""Achievements of past learners: who lacks one, and giving it to them, a batch at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from psycopg import Connection
from tqdm import tqdm

from courseapp.awards import award_achievements, lock_learner, update_leaderboard
from courseapp.db import queries
from courseapp.metrics import METRICS, measure

# A transaction of some 50 ms: nobody who completes a lesson meanwhile waits for longer.
BATCH = 1000


@dataclass(frozen=True)
class Missing:
    """A learner who has reached an achievement and does not have it."""

    user_id: int
    full_name: str
    code: str
    value: int


def batches(conn: Connection, unit: str = " learners") -> Iterator[list[int]]:
    """The ids of all accounts, in order, with a progress bar."""
    after_id = 0
    with tqdm(total=queries.users.count_users(conn), unit=unit, leave=False, disable=None) as bar:
        while ids := queries.users.list_user_ids(conn, after_id=after_id, limit=BATCH):
            yield ids
            bar.update(len(ids))
            after_id = ids[-1]


def missing(
    conn: Connection,
    user_ids: Sequence[int],
    metrics: Iterable[str] = METRICS,
    achievement_id: int | None = None,
) -> list[Missing]:
    """Who of the learners has reached what they do not have.

    :param metrics: those of the achievements to look at
    :param achievement_id: the only achievement to look at, instead of all that are active
    """
    values = [
        (user_id, metric, value)
        for metric in metrics
        for user_id, value in measure(conn, metric, user_ids)
    ]
    rows = queries.achievements.list_missing(
        conn,
        user_ids=[user_id for user_id, _, _ in values],
        metrics=[metric for _, metric, _ in values],
        values=[value for _, _, value in values],
        achievement_id=achievement_id,
    )
    return [Missing(*row) for row in rows]


def backfill(
    conn: Connection, metrics: Iterable[str] = METRICS, achievement_id: int | None = None
) -> int:
    """Give the learners what they have reached; the number of learners who got something.

    Each batch is a transaction: interrupted, it has done what it has done, and
    done again it changes nothing.

    :param metrics: those of the achievements to give
    :param achievement_id: the only achievement to begin with, instead of all that are active
    """
    metrics, given = tuple(metrics), 0
    for user_ids in batches(conn):
        found = missing(conn, user_ids, metrics, achievement_id)
        reached = sorted({one.user_id for one in found})
        if reached:
            given += _give(conn, reached, achievement_id)
    return given


def _give(conn: Connection, user_ids: list[int], achievement_id: int | None) -> int:
    with conn.transaction():
        locked = queries.gamification.lock_learners(conn, user_ids=user_ids)
        for user_id in set(user_ids).difference(user_id for (user_id,) in locked):
            lock_learner(conn, user_id)
        first_entries = award_achievements(conn, user_ids, achievement_id)
        update_leaderboard(conn, first_entries)
    return len(first_entries)
