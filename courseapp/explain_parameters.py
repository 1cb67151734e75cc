"""What `flask db explain` gives each statement: values of the heaviest 1 %, never easy ones.

The one place to add to when a query gets a new parameter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from courseapp.db import queries
from courseapp.sql_headers import Parameter, QueryHeader

# More learners than that tell nothing new, and each takes a twentieth of a second to find.
LEARNERS = 100


@dataclass(frozen=True)
class Case:
    """A row of sql/explain/get_case.sql: one heavy learner, and what belongs to them.

    `lesson_id` was begun in `course_id`; the one of `unfinished_course_id` is not completed,
    and as a rule it is the last one that is not.
    The `…_micros` and their ids are cursors to the middle of a list.
    """

    user_id: int
    email: str
    password_hash: str
    full_name: str
    timezone: str
    locale: str
    session_id: int
    refresh_generation: int
    course_id: int
    course_slug: str
    instructor_id: int | None
    lesson_id: int
    unfinished_course_id: int
    unfinished_lesson_id: int
    untaken_course_id: int
    enrolled_micros: int
    enrolled_course_id: int
    ledger_id: int | None
    published_micros: int
    published_id: int
    draft_id: int | None

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


class NoValueError(LookupError):
    """Nothing here says what a parameter is to be given, or there is nobody to measure with."""


# Turns a case and the number of the execution into a value.
Source = Callable[[Case, int], Any]


def of(field: str) -> Source:
    """A field of the case."""
    return lambda case, n: case[field]


def always(value: Any) -> Source:
    """The same each time."""
    return lambda case, n: value


def either(first: Source, second: Source) -> Source:
    """The one in executions with even numbers, the other in the rest."""
    return lambda case, n: (second if n % 2 else first)(case, n)


NOTHING = always(None)

# (name, type) of a parameter -> what it is given in every query that BY_QUERY does not name.
BY_PARAMETER: dict[tuple[str, str], Source] = {
    ("completion_percentage", "smallint"): always(60),
    ("course_id", "bigint"): of("course_id"),
    ("email", "text"): of("email"),
    ("full_name", "text"): of("full_name"),
    ("generation", "integer"): of("refresh_generation"),
    ("last_position_seconds", "integer"): lambda case, n: n % 300,
    ("lesson_id", "bigint"): of("lesson_id"),
    ("limit", "integer"): always(100),
    ("locale", "text"): of("locale"),
    ("new_hash", "text"): of("password_hash"),
    ("old_hash", "text"): of("password_hash"),
    ("password_hash", "text"): of("password_hash"),
    ("q", "text"): either(always("python SQL"), always("a")),
    ("reason", "text"): always("password_change"),
    ("refresh_seconds", "integer"): always(2_592_000),
    ("role", "text"): always("learner"),
    ("sent_at", "timestamptz"): either(NOTHING, lambda case, n: datetime.now(UTC)),
    ("session_id", "bigint"): of("session_id"),
    ("timezone", "text"): of("timezone"),
    ("user_id", "bigint"): of("user_id"),
    ("watched_seconds", "integer"): lambda case, n: n % 300,
}

CATALOGUE_PAGE = {
    "before_micros": either(NOTHING, of("published_micros")),
    "before_id": either(NOTHING, of("published_id")),
}
UNFINISHED = {
    "lesson_id": of("unfinished_lesson_id"),
    "course_id": of("unfinished_course_id"),
    "completion_percentage": always(100),
}

# What a parameter means in one query only.
BY_QUERY: dict[str, dict[str, Source]] = {
    "auth.create_user": {"email": lambda case, n: f"explain-{n}-{case.email}"},
    "courses.get_course": {
        "course_id": either(of("course_id"), NOTHING),
        "slug": either(NOTHING, of("course_slug")),
    },
    "courses.list_published_courses": CATALOGUE_PAGE,
    "courses.list_unpublished_courses": {
        "user_id": of("instructor_id"),
        "role": either(always("admin"), always("instructor")),
        "q": either(NOTHING, always("python")),
        "before_id": either(NOTHING, of("draft_id")),
    },
    "courses.search_courses": CATALOGUE_PAGE,
    "enrollments.enroll_user": {"course_id": either(of("course_id"), of("untaken_course_id"))},
    "enrollments.list_enrollments": {
        "before_micros": either(NOTHING, of("enrolled_micros")),
        "before_id": either(NOTHING, of("enrolled_course_id")),
    },
    "gamification.award_lesson_points": UNFINISHED,
    "gamification.list_points_history": {"before_id": either(NOTHING, of("ledger_id"))},
    "progress.complete_course": UNFINISHED,
    "progress.complete_lesson": UNFINISHED,
}

# What a transaction sends before a query, where that decides how much the query does.
BEFORE: dict[str, tuple[str, ...]] = {"progress.complete_course": ("progress.complete_lesson",)}


def find_cases(conn: Connection, learners: int = LEARNERS) -> list[Case]:
    """Some of the heaviest 1 % of learners in the heaviest 1 % of courses.

    Where there are few of either, in the heaviest course that a learner takes.

    :raise NoValueError: if there is no such learner who is logged in.
    """
    user_ids = [row[0] for row in queries.explain.list_heavy_learners(conn, learners=learners)]
    courses = queries.explain.list_heavy_courses(conn)
    conn.row_factory = class_row(Case)
    found = [
        queries.explain.get_case(conn, user_id=user_id, heavy_course_ids=courses)
        for user_id in user_ids
    ]
    cases = [case for case in found if case and case.course_id in courses]
    cases = cases or [case for case in found if case]
    if not cases:
        raise NoValueError(
            "there is no learner to measure with: none with a live session has begun a lesson"
        )
    return cases


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
