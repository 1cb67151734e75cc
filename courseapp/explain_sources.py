"""Where the values come from that `flask db explain` gives statements: one heavy learner's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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

    `lesson_id` of `module_id` was begun in `course_id`; the plural ones are that course's outline.
    `course_learner_ids` are as many of its learners as a job settles at once (slices.SLICE).
    The lesson of `unfinished_course_id` is not completed, and as a rule it is the last one that is
    not.
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
    course_learner_ids: list[int]
    lesson_id: int
    module_id: int
    module_ids: list[int]
    lesson_ids: list[int]
    lesson_module_ids: list[int]
    unfinished_course_id: int
    unfinished_lesson_id: int
    untaken_course_id: int
    enrollment_id: int
    enrolled_micros: int
    enrolled_course_id: int
    ledger_id: int | None
    newest_ledger_id: int | None
    achievement_id: int | None
    published_micros: int
    published_id: int
    draft_id: int | None
    upload_id: int | None
    mux_upload_id: str | None
    certificate_id: int | None
    certificate_code: str | None

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


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
