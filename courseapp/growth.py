"""How a statement's time grows with the tables: measured side by side in databases of all sizes."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from flask import Flask

from courseapp.db import connect_as_service
from courseapp.explain import ATTEMPTS, EXPLAINED, WARM_UP, Query
from courseapp.explain_sources import COMBINATIONS, Case
from courseapp.sql_headers import QueryHeader

# The goal: with the biggest tables at most so many times the p50 with smaller ones. Not only with
# the smallest, where a plan that is bad for few rows would leave room for any growth.
LIMIT = 1.5
# Query -> why its growth is watched.
CRITICAL = {
    "courses.list_published_courses": "the page that everybody comes to first",
    "enrollments.enroll_user": "an enrollment spike is nothing else",
    "enrollments.get_enrollment": "the guide's enrollment check",
    "enrollments.list_enrollments": "the page that learners come to first",
    "gamification.get_gamification": "the guide's user gamification data",
    "gamification.list_points_history": "reads the longest list that a learner has",
    "lessons.get_lesson": "the start of every lesson",
    "progress.get_course_progress": "the guide's course progress calculation",
    "progress.record_progress": "nine of ten requests",
}


@dataclass(frozen=True)
class Growth:
    """One query's times, the smallest database first.

    :ivar milliseconds: the p50 in each database, as the client sees it
    :ivar ratios: how many times longer it takes in the biggest one than in each smaller one
    :ivar pages: of 8 kB, read in each
    :ivar is_same_plan: in the smallest and the biggest
    :ivar limit: of each ratio
    """

    name: str
    milliseconds: tuple[float, ...]
    ratios: tuple[float, ...]
    pages: tuple[int, ...]
    is_same_plan: bool
    limit: float = LIMIT

    @property
    def is_over(self) -> bool:
        return max(self.ratios) > self.limit


def measure(
    apps: Sequence[Flask],
    header: QueryHeader,
    cases: Sequence[Sequence[Case]],
    rounds: int,
    runs: int,
    limit: float = LIMIT,
) -> Growth:
    """Execute a query `rounds * runs` times in each database, everywhere with equal learners.

    Every execution is rolled back. Execution by execution the databases take turns, so that
    whatever else the machine does slows all of them down; what counts is the median of the rounds'
    ratios. A query that is over the limit is measured again and its best result counts.

    :param apps: one a database, the smallest first
    :param cases: each database's; those at the same place are equals
    """
    with ExitStack() as stack:
        queries = [
            Query(stack.enter_context(connect_as_service(app)), header, own)
            for app, own in zip(apps, cases, strict=True)
        ]
        for query in queries:
            for n in range(max(WARM_UP, COMBINATIONS * len(query.cases))):
                query.time(n)
        best = None
        for _ in range(ATTEMPTS):
            latest = _compare(queries, rounds, runs)
            best = min(best or latest, latest, key=lambda result: max(result[1]))
            if max(best[1]) <= limit:
                break
        plans = [[query.explain(n) for n in range(EXPLAINED)] for query in queries]
    shapes = [{plan.shape for plan in own} for own in plans]
    pages = tuple(round(median(plan.buffers for plan in own)) for own in plans)
    return Growth(header.name, *best, pages, shapes[0] == shapes[-1], limit)


def _compare(
    queries: Sequence[Query], rounds: int, runs: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The p50 in each database, and the ratio of the last to each other one."""
    medians: list[list[float]] = []
    for turn in range(rounds):
        times: list[list[float]] = [[] for _ in queries]
        # Each round goes on with the next learners.
        for n in range(turn * runs, (turn + 1) * runs):
            for place in range(len(queries)):
                place = (n + place) % len(queries)
                times[place].append(queries[place].time(n))
        medians.append([median(own) for own in times])
    columns = list(zip(*medians, strict=True))
    ratios = [
        median(last / own for last, own in zip(columns[-1], column, strict=True))
        for column in columns[:-1]
    ]
    return tuple(map(median, columns)), tuple(ratios)
