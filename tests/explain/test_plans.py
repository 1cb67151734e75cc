"""On a million lessons begun, each request's query has the budget and the plan of its header.

With the parameters of the heaviest 1 % of learners and courses, on the plans that the service gets.
"""

import dataclasses

import pytest
from explain.conftest import HEADERS, SERVED

from courseapp import explain
from courseapp.explain import measure

BIG = {
    *("users", "sessions", "enrollments", "lesson_progress", "points_history"),
    *("user_points", "user_streaks", "user_activity_days", "lessons"),
}
# Executions of each query, whose p95 is held against its budget. `make explain` has more of both.
RUNS = 40
# Of the queries that only commands send, those that name an index.
COMMANDS = {name: h for name, h in HEADERS.items() if h.indexes and name not in SERVED}
# Query or folder -> why its plan is not looked at.
NOT_MEASURED = {
    "load": "they fill an empty database, with temporary tables, and run once",
    "seed.create_demo_activity_days": "it is for learners who have no active day yet",
    "seed.create_demo_courses": "what it reads are rows of its own document",
    "seed.create_demo_enrollments": "it is made for the few demo accounts and courses",
    "seed.create_demo_points": "it is for learners who have no points yet",
    "seed.create_demo_progress": "it is made for the few demo accounts and courses",
    "seed.create_demo_users": "what it reads are rows of its own document",
}
MEASURED = [n for n in COMMANDS if not NOT_MEASURED.keys() & {n, n.partition(".")[0]}]


def test_the_tables_that_grow_count_as_big(big):
    assert big.sizes.keys() >= BIG
    assert big.sizes["lesson_progress"] > 900_000


def test_there_are_many_learners_to_measure_with(big):
    assert len({case.user_id for case in big.cases}) > 50
    assert len({case.course_id for case in big.cases}) > 1


def test_they_are_the_heaviest(big, loaded):
    least = loaded.execute("""
        select percentile_disc(0.99) within group (order by lessons)
        from (select count(*) as lessons from lesson_progress group by user_id) as learner
    """).fetchone()[0]
    ids = [case.user_id for case in big.cases]
    query = "select min(n) from (select count(*) as n from lesson_progress "
    query += "where user_id = any(%s) group by user_id) as learner"
    assert loaded.execute(query, [ids]).fetchone()[0] >= least
    query = "select array_agg(course_id) from (select course_id from enrollments "
    query += "group by 1 order by count(*) desc limit 2) as course"
    assert {case.course_id for case in big.cases} <= set(loaded.execute(query).fetchone()[0])


@pytest.mark.parametrize("name", SERVED)
def test_a_query_keeps_its_budget_uses_its_index_and_reads_no_big_table_whole(big, name):
    measured = measure(big.app, SERVED[name], big.cases, big.sizes, RUNS)
    shapes = "\n\n".join("\n".join(plan.shape) for plan in measured.plans)
    assert not measured.problems, f"{measured.problems}\n{shapes}"


@pytest.mark.parametrize("name", MEASURED)
def test_a_query_of_a_command_uses_its_index(big, monkeypatch, name):
    # A command sends it too seldom for a generic plan. It may read big tables whole.
    monkeypatch.setattr(explain, "WARM_UP", 0)
    monkeypatch.setattr(explain, "EXPLAINED", 2)
    measured = measure(big.app, HEADERS[name], big.cases, big_tables=(), runs=0)
    shapes = "\n\n".join("\n".join(plan.shape) for plan in measured.plans)
    assert not measured.problems, f"{measured.problems}\n{shapes}"


def test_an_index_that_a_query_of_a_command_does_not_use_is_found(big, monkeypatch):
    monkeypatch.setattr(explain, "WARM_UP", 0)
    header = HEADERS["explain.list_heavy_courses"]
    header = dataclasses.replace(header, indexes=(frozenset({"idx_enrollments_course_id"}),))
    measured = measure(big.app, header, big.cases, big_tables=(), runs=0)
    assert "does not use idx_enrollments_course_id" in measured.problems


def test_only_queries_of_commands_with_an_index_are_excepted():
    assert {*COMMANDS, *(n.partition(".")[0] for n in COMMANDS)} >= NOT_MEASURED.keys()


def test_nothing_was_switched_off(big, loaded):
    query = "select name from pg_settings where name like 'enable\\_%' and setting <> boot_val"
    assert loaded.execute(query).fetchall() == []
