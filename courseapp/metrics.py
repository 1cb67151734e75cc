"""The metrics of achievements: each a file in sql/metrics/, learners -> a number each."""

import re
from collections.abc import Sequence

from psycopg import Connection

from courseapp.db import queries

# aiosql gives every query a second name, for a cursor.
METRICS = tuple(
    sorted(name for name in queries.metrics.available_queries if not name.endswith("_cursor"))
)
# Unlocking an achievement changes points and the number of achievements, and nothing else.
CHANGED_BY_UNLOCKING = tuple(
    name
    for name in METRICS
    if re.search(r"\buser_(points|achievements)\b", getattr(queries.metrics, name).sql)
)


def measure(conn: Connection, metric: str, user_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(learner, value of one of :data:`METRICS`) for each of the learners."""
    return list(getattr(queries.metrics, metric)(conn, user_ids=list(user_ids)))
