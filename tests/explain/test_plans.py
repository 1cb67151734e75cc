"""On a million lessons begun, the plan of every request's query is the one its header promises.

With the parameters of the heaviest 1 % of learners and courses, on the plans that the service gets.
"""

import pytest
from explain.conftest import SERVED

from courseapp.explain import measure

BIG = {
    *("users", "sessions", "enrollments", "lesson_progress", "points_history"),
    *("user_points", "user_streaks", "user_activity_days", "lessons"),
}


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
def test_a_query_uses_its_index_and_reads_no_big_table_whole(big, name):
    measured = measure(big.app, SERVED[name], big.cases, big.sizes, runs=0)
    shapes = "\n\n".join("\n".join(plan.shape) for plan in measured.plans)
    assert not measured.problems, f"{measured.problems}\n{shapes}"


def test_nothing_was_switched_off(big, loaded):
    query = "select name from pg_settings where name like 'enable\\_%' and setting <> boot_val"
    assert loaded.execute(query).fetchall() == []
