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
from courseapp.metrics import METRICS
from courseapp.sql_headers import Parameter, QueryHeader

# More learners than that tell nothing new, and each takes a twentieth of a second to find.
LEARNERS = 100
# What can be given either way is decided by a bit of the execution's number each: a role or
# another choice by the lowest, a search by the next, a cursor by the third. So the same learner
# gets every combination, and the next learner comes after all of them.
CHOICE, SEARCH, CURSOR = range(3)
COMBINATIONS = 8


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
    newest_ledger_id: int | None
    achievement_id: int | None
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


def either(first: Source, second: Source, bit: int = CHOICE) -> Source:
    """The one in executions whose number lacks a bit, the other in the rest."""
    return lambda case, n: (second if n >> bit & 1 else first)(case, n)


NOTHING = always(None)


def in_turn(*sources: Source) -> Source:
    """One after the other."""
    return lambda case, n: sources[n % len(sources)](case, n)


def only(source: Source) -> Source:
    """A list of nothing else."""
    return lambda case, n: [source(case, n)]


# (name, type) of a parameter -> what it is given in every query that BY_QUERY does not name.
BY_PARAMETER: dict[tuple[str, str], Source] = {
    ("achievement_id", "bigint"): of("achievement_id"),
    ("actor_id", "bigint"): of("user_id"),
    ("code", "text"): lambda case, n: f"explain_{n}",
    ("completion_percentage", "smallint"): always(60),
    ("correction_id", "bigint"): lambda case, n: 10**15 + n,
    ("course_id", "bigint"): of("course_id"),
    ("day", "date"): lambda case, n: datetime.now(UTC).date(),
    ("description", "text"): always("Made to be measured."),
    ("email", "text"): of("email"),
    ("full_name", "text"): of("full_name"),
    ("generation", "integer"): of("refresh_generation"),
    ("icon", "text"): always("ruler"),
    ("is_active", "boolean"): always(True),
    ("batch", "bigint"): always(5000),
    ("ids", "bigint[]"): always([1, 2]),
    ("keys", "text[]"): always(["gamification:1"]),
    ("last_position_seconds", "integer"): lambda case, n: n % 300,
    ("learners", "integer"): always(LEARNERS),
    ("leaderboard_opt_in", "boolean"): either(always(True), NOTHING),
    ("lesson_id", "bigint"): of("lesson_id"),
    ("limit", "integer"): always(100),
    ("locale", "text"): of("locale"),
    ("metric", "text"): always("lessons_completed"),
    ("new_hash", "text"): of("password_hash"),
    ("note", "text"): always("Made to be measured."),
    ("old_hash", "text"): of("password_hash"),
    ("password_hash", "text"): of("password_hash"),
    ("period", "text"): in_turn(always("week"), always("month"), always("all")),
    ("points", "integer"): always(10),
    ("q", "text"): either(always("python SQL"), always("a"), SEARCH),
    ("reason", "text"): always("password_change"),
    ("refresh_seconds", "integer"): always(2_592_000),
    ("role", "text"): always("learner"),
    ("sent_at", "timestamptz"): either(NOTHING, lambda case, n: datetime.now(UTC)),
    ("run_id", "text"): always("0" * 40),
    ("session_id", "bigint"): of("session_id"),
    ("threshold", "bigint"): always(1000),
    ("timezone", "text"): of("timezone"),
    ("title", "text"): always("Measured"),
    ("user_id", "bigint"): of("user_id"),
    ("user_ids", "bigint[]"): only(of("user_id")),
    ("watched_seconds", "integer"): lambda case, n: n % 300,
}

CATALOGUE_PAGE = {
    "before_micros": either(NOTHING, of("published_micros"), CURSOR),
    "before_id": either(NOTHING, of("published_id"), CURSOR),
}
UNFINISHED = {
    "lesson_id": of("unfinished_lesson_id"),
    "course_id": of("unfinished_course_id"),
    "completion_percentage": always(100),
}

# As much as there can be to unlock at once.
EVERY_ACHIEVEMENT = {
    "user_ids": lambda case, n: [case.user_id] * len(METRICS),
    "metrics": always(list(METRICS)),
    "values": always([10**9] * len(METRICS)),
    "achievement_id": NOTHING,
}

# What a parameter means in one query only.
BY_QUERY: dict[str, dict[str, Source]] = {
    "achievements.list_missing": EVERY_ACHIEVEMENT,
    "achievements.unlock_achievements": EVERY_ACHIEVEMENT,
    "auth.create_user": {"email": lambda case, n: f"explain-{n}-{case.email}"},
    "courses.get_course": {
        "course_id": either(of("course_id"), NOTHING),
        "slug": either(NOTHING, of("course_slug")),
    },
    "courses.list_published_courses": CATALOGUE_PAGE,
    "courses.list_unpublished_courses": {
        "user_id": of("instructor_id"),
        "role": either(always("admin"), always("instructor")),
        "q": either(NOTHING, always("python"), SEARCH),
        "before_id": either(NOTHING, of("draft_id"), CURSOR),
    },
    "courses.search_courses": CATALOGUE_PAGE,
    "enrollments.enroll_user": {"course_id": either(of("course_id"), of("untaken_course_id"))},
    "enrollments.list_enrollments": {
        "before_micros": either(NOTHING, of("enrolled_micros"), CURSOR),
        "before_id": either(NOTHING, of("enrolled_course_id"), CURSOR),
    },
    "gamification.award_course_points": UNFINISHED,
    "gamification.award_lesson_points": UNFINISHED,
    "gamification.list_leaderboard": {"course_id": either(NOTHING, of("course_id"))},
    "gamification.list_points_history": {"before_id": either(NOTHING, of("ledger_id"), CURSOR)},
    "gamification.record_activity_day": UNFINISHED,
    "gamification.update_leaderboard": {
        # Who has just joined brings all they have.
        "from_entry_ids": only(either(always(0), of("newest_ledger_id"))),
    },
    "progress.complete_course": UNFINISHED,
    "progress.complete_lesson": UNFINISHED,
    "progress.get_completion": UNFINISHED
    | {"first_entry_id": of("newest_ledger_id"), "is_first_today": always(True)},
    "users.list_user_ids": {"after_id": of("user_id")},
}

# What a transaction sends before a query, where that decides how much the query does.
BEFORE: dict[str, tuple[str, ...]] = {
    "progress.complete_course": ("progress.complete_lesson",),
    "gamification.record_activity_day": ("progress.complete_lesson",),
    "gamification.update_leaderboard": ("auth.update_me",),
    "progress.get_completion": ("progress.complete_lesson",),
}


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
