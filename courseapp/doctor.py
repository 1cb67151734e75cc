"""What must be true of the data, whatever happened: each a file in sql/doctor/."""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import Connection

from courseapp import backfill
from courseapp.db import queries
from courseapp.metrics import CHANGED_MEANWHILE, METRICS
from courseapp.sql_headers import FOLDER, read_header

INVARIANTS = tuple(
    sorted(name for name in queries.doctor.available_queries if not name.endswith("_cursor"))
)
# Two more are no single statement.
TOTAL = len(INVARIANTS) + 2
# Of each violated invariant so many are shown.
EXAMPLES = 5


@dataclass(frozen=True)
class Finding:
    """One invariant, and what violates it.

    :ivar examples: a line each, at most :data:`EXAMPLES`
    """

    name: str
    promise: str
    violations: int
    examples: list[str]


def examine(conn: Connection) -> Iterator[Finding]:
    """Look at every invariant, on one snapshot of the data if `conn` is in such a transaction."""
    for name in INVARIANTS:
        rows = list(getattr(queries.doctor, name)(conn))
        yield Finding(
            name,
            read_header(FOLDER / "doctor" / f"{name}.sql").purpose,
            rows[0][0] if rows else 0,
            [f"learner {user_id}: {detail}" for _, user_id, detail in rows],
        )
    yield _known_metrics(conn)
    yield _reached_is_unlocked(conn)


def _known_metrics(conn: Connection) -> Finding:
    rows = list(queries.achievements.list_unknown_metrics(conn, metrics=list(METRICS)))
    return Finding(
        "achievement_has_metric",
        "The metric of each active achievement is a file in sql/metrics/.",
        len(rows),
        [f"achievement {code}: no metric {metric}" for code, metric in rows[:EXAMPLES]],
    )


def _reached_is_unlocked(conn: Connection) -> Finding:
    settled = [metric for metric in METRICS if metric not in CHANGED_MEANWHILE]
    found, violations = [], 0
    for user_ids in backfill.batches(conn):
        some = backfill.missing(conn, user_ids, settled)
        violations += len(some)
        found += some[: EXAMPLES - len(found)]
    return Finding(
        "reached_achievement_is_unlocked",
        "Who has reached an active achievement has it; after a new one, "
        "`flask achievements backfill`. Those that watching alone reaches come with the next "
        "lesson, and are not looked at.",
        violations,
        [f"learner {one.user_id}: {one.code} is reached with {one.value}" for one in found],
    )
