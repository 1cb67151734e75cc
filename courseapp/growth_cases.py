"""Whom to compare databases of different sizes with: learners who have equally much in each.

What grows are the tables, not what one learner has. So each busy learner of the smallest database
gets one of every other who has begun as many lessons, in a course of as many lessons.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import groupby

from psycopg import Connection

from courseapp.db import queries
from courseapp.explain_cases import NoValueError, get_case
from courseapp.explain_sources import Case

# A twentieth of 1,000 learners is enough to measure with, and a popular tenth of 500 courses has
# courses of all lengths.
LEARNERS, COURSES = 0.05, 0.1
# By so much two of equal size may differ, in each of their sizes.
TOLERANCE = 1.15


@dataclass(frozen=True)
class Candidate:
    """A row of sql/explain/list_finished_courses.sql: a learner in a course they have finished."""

    user_id: int
    course_id: int
    lessons_begun: int
    courses_taken: int
    course_lessons: int

    @property
    def sizes(self) -> tuple[int, int, int]:
        return self.lessons_begun, self.courses_taken, self.course_lessons

    def distance(self, other: "Candidate") -> float:
        """The logarithm of how many times bigger one of them is, in the size that differs most."""
        return max(abs(math.log(a / b)) for a, b in zip(self.sizes, other.sizes, strict=True))


def find_equals(connections: Sequence[Connection]) -> list[tuple[Candidate, ...]]:
    """Learners who are equally busy, one of each database, the smallest database first.

    None is in it twice. Who has no equal in every other database is left out.

    :raise NoValueError: if nobody has.
    """
    first, *others = map(_candidates, connections)
    found = []
    for own in first:
        row = [own[0]]
        for there in others:
            equal = _nearest(own[0], there)
            if equal is None:
                break
            row.append(equal)
        else:
            found.append(tuple(row))
            for there, taken in zip(others, row[1:], strict=True):
                there[:] = [own for own in there if own[0].user_id != taken.user_id]
    if not found:
        raise NoValueError("no learner of the smallest database has an equal in each other")
    return found


def get_cases(
    connections: Sequence[Connection], equals: Sequence[Sequence[Candidate]]
) -> tuple[list[Sequence[Candidate]], list[tuple[Case, ...]]]:
    """The rows of `equals` to measure with, and what belongs to each, in their course.

    Left out with their equals are those who have no live session or nothing left to learn.

    :raise NoValueError: if that leaves nobody.
    """
    found = [
        tuple(
            get_case(conn, one.user_id, [one.course_id])
            for conn, one in zip(connections, row, strict=True)
        )
        for row in equals
    ]
    kept = [(row, cases) for row, cases in zip(equals, found, strict=True) if None not in cases]
    if not kept:
        raise NoValueError("no learner to compare with has a live session and a lesson left")
    return [row for row, _ in kept], [cases for _, cases in kept]


def _candidates(conn: Connection) -> list[list[Candidate]]:
    """Each learner's courses."""
    rows = queries.explain.list_finished_courses(conn, learners=LEARNERS, courses=COURSES)
    candidates = [Candidate(*row) for row in rows]
    return [list(own) for _, own in groupby(candidates, key=lambda one: one.user_id)]


def _nearest(wanted: Candidate, learners: list[list[Candidate]]) -> Candidate | None:
    # There are some hundred thousand pairs: first the learners, then the courses of some of them.
    alike = nsmallest(
        100, learners, key=lambda own: abs(math.log(own[0].lessons_begun / wanted.lessons_begun))
    )
    pairs = [one for own in alike for one in own]
    nearest = min(pairs, key=wanted.distance, default=None)
    if nearest and wanted.distance(nearest) <= math.log(TOLERANCE):
        return nearest
    return None
