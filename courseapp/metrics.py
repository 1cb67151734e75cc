"""The metrics of achievements: each a file in sql/metrics/, learners -> a number each."""

import re
from collections.abc import Sequence

from psycopg import Connection

from courseapp.db import queries

# aiosql gives every query a second name, for a cursor.
METRICS = tuple(
    sorted(name for name in queries.metrics.available_queries if not name.endswith("_cursor"))
)


def _reading(pattern: str) -> tuple[str, ...]:
    """The metrics whose statement matches."""
    return tuple(name for name in METRICS if re.search(pattern, getattr(queries.metrics, name).sql))


# Unlocking an achievement writes these tables; of the ledger, entries of its own kind.
CHANGED_BY_UNLOCKING = _reading(
    r"\b(user_points|user_achievements)\b|(?s:points_history(?!.*reason = '(lesson|course)_))"
)
CHANGED_BY_ENROLLING = _reading(r"\benrollments\b")
# Players and authors change these between two transactions that look for achievements.
CHANGED_MEANWHILE = _reading(r"\b(lesson_progress|lessons|modules|courses)\b")


def measure(conn: Connection, metric: str, user_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(learner, value of one of :data:`METRICS`) for each of the learners."""
    return list(getattr(queries.metrics, metric)(conn, user_ids=list(user_ids)))
