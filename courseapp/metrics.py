"""The metrics of achievements: each a file in sql/metrics/, learners -> a number each."""

from collections.abc import Sequence

from psycopg import Connection

from courseapp.db import queries

# aiosql gives every query a second name, for a cursor.
METRICS = tuple(
    sorted(name for name in queries.metrics.available_queries if not name.endswith("_cursor"))
)


def measure(conn: Connection, metric: str, user_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(learner, value of one of :data:`METRICS`) for each of the learners."""
    return list(getattr(queries.metrics, metric)(conn, user_ids=list(user_ids)))
