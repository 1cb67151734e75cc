"""Many learners, some at a time, without making any of them wait for the others."""

import logging
from collections.abc import Callable, Iterator, Sequence

from psycopg import Connection, errors

from courseapp.awards import lock_learner
from courseapp.cache_drops import Drops, dropping
from courseapp.db import queries

log = logging.getLogger(__name__)

# In one transaction: who completes a lesson meanwhile waits for it. Its statements have 50 ms each.
SLICE = 25
# Does something for learners whose mutexes are held; returns for how many there was anything to do.
Work = Callable[[Connection, Drops, list[int]], int]


def for_learners(
    conn: Connection, user_ids: Sequence[int], work: Work, busy: list[int]
) -> Iterator[int]:
    """Do `work` for slices of learners, each in a transaction; yields what it returns.

    Those whom somebody else is awarding at the moment come after their slice, one by one.

    :param busy: gets the ids of those who were being awarded by somebody else for too long, or
        whose data refuse it
    """
    for start in range(0, len(user_ids), SLICE):
        some = list(user_ids[start : start + SLICE])
        free: list[int] = []
        try:
            with dropping() as drops, conn.transaction():
                rows = queries.gamification.lock_learners(conn, user_ids=some)
                free = [user_id for (user_id,) in rows]
                changed = work(conn, drops, free) if free else 0
            yield changed
        except errors.DataError:
            # The data of one of them must not keep the others from theirs.
            free = []
        for user_id in sorted(set(some).difference(free)):
            yield _alone(conn, user_id, work, busy)


def _alone(conn: Connection, user_id: int, work: Work, busy: list[int]) -> int:
    """Wait for one learner, while nobody waits for us."""
    try:
        with dropping() as drops, conn.transaction():
            lock_learner(conn, user_id)
            return work(conn, drops, [user_id])
    except (errors.LockNotAvailable, errors.DataError) as error:
        log.warning("learner %d: %s", user_id, error)
        busy.append(user_id)
        return 0
