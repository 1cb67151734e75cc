"""The numbers of courses, counted every now and then. docs/statistics.md says what they mean."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from tqdm import tqdm

from courseapp.db import queries


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did.

    :ivar courses: how many were counted
    :ivar elsewhere: how many were not, because another run was counting them
    """

    courses: int
    elsewhere: int


def refresh(conn: Connection, older_than: float = 0, course_id: int | None = None) -> Refreshed:
    """Count anew for the courses whose numbers are older than so many seconds.

    Each course is a transaction: interrupted, it has done what it has done. Runs at the same time
    share the work. Nobody waits for it: it locks nothing that the service writes.

    :param conn: in autocommit mode, of the service's role or the owner's
    :param course_id: the only course to count
    """
    queries.statistics.create_missing(conn)
    before, stale = queries.statistics.get_stale(conn, seconds=older_than, course_id=course_id)
    courses, after_id = 0, 0
    with tqdm(total=stale, unit=" courses", delay=2, leave=False, disable=None) as bar:
        while counted := _refresh_next(conn, before, after_id, course_id):
            courses, after_id = courses + 1, counted
            bar.update()
    return Refreshed(courses, max(0, stale - courses))


def _refresh_next(
    conn: Connection, before: datetime, after_id: int, course_id: int | None
) -> int | None:
    """The course that was counted; None when there is none left."""
    with conn.transaction():
        queries.statistics.allow_minutes(conn)
        claimed = queries.statistics.claim_course(
            conn, before=before, after_id=after_id, course_id=course_id
        )
        if claimed:
            queries.statistics.refresh_course(conn, course_id=claimed)
    return claimed
