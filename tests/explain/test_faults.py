"""Each of these faults is found by what `flask db explain` and the plan tests measure with."""

import dataclasses

import psycopg
import pytest
from explain.conftest import SERVED

from courseapp import explain
from courseapp.explain_cases import NoValueError, fill, find_cases
from courseapp.explain_plan import read_plan
from courseapp.sql_headers import Parameter


def problems(plans, header, runs=0):
    return explain.measure(plans.app, header, plans.cases, plans.sizes, runs).problems


@pytest.mark.parametrize(
    ("name", "index", "instead"),
    [
        ("progress.get_course_progress", "idx_lesson_progress_user_lesson", []),
        ("enrollments.get_enrollment", "idx_enrollments_user_course", []),
        ("gamification.list_points_history", "points_history_pkey", []),
        ("auth.get_session", "sessions_pkey", ["reads all of sessions"]),
    ],
)
def test_a_dropped_index_is_found(middling, conn, name, index, instead):
    assert problems(middling, SERVED[name]) == []
    query = "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint"
    table, definition = conn.execute(f"{query} where conname = %s", [index]).fetchone()
    conn.execute(f"alter table {table} drop constraint {index}")
    try:
        assert {f"does not use {index}", *instead} <= set(problems(middling, SERVED[name]))
    finally:
        conn.execute(f"alter table {table} add constraint {index} {definition}")
    assert problems(middling, SERVED[name]) == []


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (("courses_pkey", "courses_slug_key"), []),
        (("courses_pkey",), ["has a plan without any index that its header names"]),
    ],
)
def test_every_plan_needs_one_of_the_indexes_that_the_header_names(middling, named, found):
    by_id = explain.measure(
        middling.app, SERVED["courses.get_course"], middling.cases, middling.sizes, runs=0
    ).plans[0]
    plans = [
        dataclasses.replace(by_id, indexes=frozenset({"courses_pkey"})),
        dataclasses.replace(by_id, indexes=frozenset({"courses_slug_key"})),
    ]
    indexes = tuple(frozenset({name}) for name in named)
    header = dataclasses.replace(SERVED["courses.get_course"], indexes=indexes)
    assert explain._plan_problems(header, plans, middling.sizes) == found


def test_a_header_without_an_index_is_found_when_a_big_table_is_read(middling):
    header = dataclasses.replace(SERVED["enrollments.get_enrollment"], indexes=())
    assert problems(middling, header) == ["reads enrollments, and its header names no index"]
    header = SERVED["health.list_applied_migrations"]
    assert (header.indexes, problems(middling, header)) == ((), [])


def test_a_big_table_that_is_read_whole_through_an_index_is_found(conn, middling):
    plan = planned(conn, "select count(*) from lesson_progress", "enable_seqscan")
    header = dataclasses.replace(SERVED["auth.get_me"], indexes=(plan.indexes,))
    found = explain._plan_problems(header, [plan], middling.sizes)
    assert found == ["reads 100,000 rows of lesson_progress"]


def test_rows_that_an_index_finds_and_a_filter_throws_away_count(conn, middling):
    plan = planned(
        conn, "select from users where id > 0 and full_name = 'Nobody'", "enable_seqscan"
    )
    assert plan.handled["users"] > 2_000


def planned(conn, statement, without="enable_bitmapscan"):
    """The executed plan of a statement, without one kind of scan."""
    with conn.transaction(force_rollback=True):
        conn.execute(f"set local {without} = off")
        document = conn.execute(f"explain (analyze, buffers, format json) {statement}")
        return read_plan(document.fetchone()[0], is_generic=False)


@pytest.mark.parametrize("without", ["enable_bitmapscan", "enable_indexscan"])
def test_a_lost_condition_of_the_index_is_another_plan(conn, middling, without):
    both = "select from lesson_progress where user_id = {} and lesson_id = {}"
    shape = planned(conn, both.format(5, 6), without).shape
    assert shape == planned(conn, both.format("'7'", "any('{8}')"), without).shape
    assert shape[0].endswith(" on lesson_progress where user_id = ? and lesson_id = ?")
    assert shape != planned(conn, both.format(5, "6 + 0 * lesson_id"), without).shape


def test_an_index_of_another_table_in_the_header_is_found(middling):
    other = (frozenset({"idx_certificates_code"}),)
    header = dataclasses.replace(SERVED["auth.get_me"], indexes=other)
    assert "does not use idx_certificates_code" in problems(middling, header)


def test_a_broken_budget_is_found(middling):
    header = dataclasses.replace(SERVED["auth.get_me"], budget_ms=0.001)
    (problem,) = problems(middling, header, runs=5)
    assert problem.endswith("ms is over the budget of 0.001 ms")


def test_a_parameter_that_nothing_fills_is_an_error(middling):
    header = SERVED["auth.get_me"]
    more = dataclasses.replace(
        header, parameters=(*header.parameters, Parameter("shoe_size", "integer", "the caller"))
    )
    with pytest.raises(NoValueError, match="shoe_size integer"):
        fill(more, middling.cases[0], 0)


def test_a_parameter_of_another_type_is_an_error(middling):
    header = dataclasses.replace(
        SERVED["auth.get_me"], parameters=(Parameter("user_id", "text", "the caller"),)
    )
    with pytest.raises(NoValueError, match="user_id text"):
        fill(header, middling.cases[0], 0)


def test_a_database_with_nobody_to_measure_with_is_an_error(middling, environ):
    with psycopg.connect(environ["DATABASE_OWNER_URL"]) as conn:
        conn.execute("update sessions set revoked_at = now(), revoked_reason = 'logout'")
        with pytest.raises(NoValueError, match="no learner to measure with"):
            find_cases(conn)
        conn.rollback()
