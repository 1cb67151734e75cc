"""The database before it was optimised: a copy without the guide's required indexes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from courseapp.database_copy import Copy, copied
from courseapp.db import queries
from courseapp.indexes import Index, judge

BASELINE = Copy(
    "courseapp_baseline", queries.compare.create_baseline, queries.compare.drop_baseline
)


@dataclass(frozen=True)
class Difference:
    """Something of the schema that the two databases do not have in common.

    :ivar optimised: its definition, or "" where there is none
    :ivar baseline: the same
    """

    kind: str
    table_name: str
    name: str
    optimised: str
    baseline: str


@contextmanager
def copy_without_indexes(url: str) -> Iterator[str]:
    """Copy `courseapp` and take the guide's indexes off; yields the owner's URL of the copy.

    :param url: of `courseapp`, as a superuser
    :raise psycopg.errors.ObjectInUse: if somebody is connected to `courseapp`.
    """
    with copied(url, BASELINE) as copy:
        with psycopg.connect(copy, autocommit=True) as conn:
            queries.compare.drop_required_indexes(conn)
            queries.compare.reverse_enrollments_key(conn)
            queries.compare.reverse_lesson_progress_key(conn)
            queries.compare.reverse_user_achievements_key(conn)
        yield copy


def differences(optimised: psycopg.Connection, baseline: psycopg.Connection) -> list[Difference]:
    """What tells the two schemas apart, as their catalogues have it."""
    one, other = _definitions(optimised), _definitions(baseline)
    return [
        Difference(*what, one.get(what, ""), other.get(what, ""))
        for what in sorted(one.keys() | other.keys())
        if one.get(what) != other.get(what)
    ]


def stand_ins(optimised: psycopg.Connection, baseline: psycopg.Connection) -> dict[str, str]:
    """Dropped indexes whose work another one of the baseline can do, and which one."""
    kept = [Index(*row) for row in queries.db.list_indexes(baseline)]
    names = {index.index_name for index in kept}
    found = {}
    for row in queries.db.list_indexes(optimised):
        index = Index(*row)
        if index.index_name not in names:
            verdicts = {one.name: one for one in judge([], [*kept, index])}
            verdict = verdicts.get(index.index_name)
            if verdict and "redundant" in verdict.remarks:
                found[index.index_name] = verdict.remarks["redundant"]
    return found


def row_counts(conn: psycopg.Connection) -> dict[str, int]:
    """The exact number of rows of each table."""
    return dict(queries.compare.list_row_counts(conn))


def _definitions(conn: psycopg.Connection) -> dict[tuple[str, str, str], str]:
    return {
        (kind, table, name): definition
        for kind, table, name, definition in queries.compare.list_definitions(conn)
    }
