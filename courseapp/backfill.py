"""Achievements of past learners: who lacks one, and giving it to them, a batch at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from psycopg import Connection
from tqdm import tqdm

from courseapp.awards import award_achievements, update_leaderboard
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import Drops
from courseapp.db import queries
from courseapp.metrics import METRICS, measure
from courseapp.slices import for_learners

# What is measured at a time.
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


def backfill(conn: Connection, metric: str, achievement_id: int, busy: list[int]) -> Iterator[int]:
    """Give an achievement to those who have reached it; yields how many learners got something.

    Each step is a transaction: interrupted, it has done what it has done, and
    done again it changes nothing.

    :param busy: gets the ids of those who were being awarded by somebody else for too long
    """

    def give(conn: Connection, drops: Drops, user_ids: list[int]) -> int:
        first_entries = award_achievements(conn, user_ids, achievement_id)
        update_leaderboard(conn, first_entries)
        drops.record(conn, *(GAMIFICATION(user_id=user_id) for user_id in first_entries))
        return len(first_entries)

    for user_ids in batches(conn):
        found = missing(conn, user_ids, [metric], achievement_id)
        yield from for_learners(conn, sorted({one.user_id for one in found}), give, busy)
