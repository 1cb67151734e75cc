"""Whom `flask db explain` measures with, and the values of one execution."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from courseapp.db import queries
from courseapp.explain_parameters import BY_PARAMETER
from courseapp.explain_queries import BY_QUERY
from courseapp.explain_sources import LEARNERS, Case, Source
from courseapp.slices import SLICE
from courseapp.sql_headers import Parameter, QueryHeader


class NoValueError(LookupError):
    """Nothing here says what a parameter is to be given, or there is nobody to measure with."""


def find_cases(conn: Connection, learners: int = LEARNERS) -> list[Case]:
    """Some of the heaviest 1 % of learners in the heaviest 1 % of courses.

    Where there are few of either, in the heaviest course that a learner takes.

    :raise NoValueError: if there is no such learner who is logged in.
    """
    user_ids = [row[0] for row in queries.explain.list_heavy_learners(conn, learners=learners)]
    courses = queries.explain.list_heavy_courses(conn)
    found = [get_case(conn, user_id, courses) for user_id in user_ids]
    cases = [case for case in found if case and case.course_id in courses]
    cases = cases or [case for case in found if case]
    if not cases:
        raise NoValueError(
            "there is no learner to measure with: none with a live session has begun a lesson"
        )
    return cases


def get_case(conn: Connection, user_id: int, courses: Sequence[int]) -> Case | None:
    """What belongs to a learner, in one of these courses if they take one of them.

    Nothing if they have no live session, or have finished all they began. The connection makes
    cases of its rows from then on.
    """
    conn.row_factory = class_row(Case)
    return queries.explain.get_case(
        conn, user_id=user_id, heavy_course_ids=list(courses), course_learners=SLICE
    )


def fill(header: QueryHeader, case: Case, n: int) -> dict[str, Any]:
    """The parameters of the n-th execution of a query.

    :raise NoValueError: naming the parameter that has no source, and where to give it one.
    """
    return {p.name: _source(header, p)(case, n) for p in header.parameters}


def _source(header: QueryHeader, parameter: Parameter) -> Source:
    source = BY_QUERY.get(header.name, {}).get(parameter.name)
    source = source or BY_PARAMETER.get((parameter.name, parameter.type))
    if source is None:
        raise NoValueError(
            f"{header.name}: nothing says what {parameter.name} {parameter.type} is to be given: "
            "add it to courseapp/explain_parameters.py"
        )
    return source
