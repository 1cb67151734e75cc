"""Half of all progress may be in one course: only the reports of those concerned are read."""

import builders
import pytest
from psycopg import Rollback

from courseapp.db import queries

LEARNERS, LESSONS, SOME = 10_000, 20, 100


@pytest.fixture(scope="module")
def crowd(conn):
    """A course that nearly all progress is in, its statistics fresh; and a few of its learners."""
    with conn.transaction():
        course = builders.make_course(conn, lessons=LESSONS, completion_threshold=90)
        users = conn.execute(
            "insert into users (email, full_name, password_hash)"
            " select 'crowd-' || n || '@example.com', 'One of many', 'x'"
            " from generate_series(1, %s) as n returning id",
            [LEARNERS],
        )
        ids = [user_id for (user_id,) in users]
        conn.execute(
            "insert into enrollments (user_id, course_id) select id, %s from unnest(%s) as id",
            [course.id, ids],
        )
        conn.execute(
            "insert into lesson_progress (user_id, lesson_id, completion_percentage)"
            " select user_id, lesson_id, (user_id + lesson_id) %% 80"
            " from unnest(%s) as user_id, unnest(%s) as lesson_id order by random()",
            [ids, course.lesson_ids],
        )
        for table in ("enrollments", "lesson_progress"):
            conn.execute(f"analyze {table}")
        yield course.id, ids[:: LEARNERS // SOME]
        raise Rollback


def read(plan):
    """How many rows of lesson_progress were read, by all nodes of a plan."""
    rows = sum(read(child) for child in plan.get("Plans", ()))
    if plan.get("Relation Name") == "lesson_progress" and "Scan" in plan["Node Type"]:
        found = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        rows += found * plan["Actual Loops"]
    return rows


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("threshold", [90, 40])
@pytest.mark.parametrize(
    "query", ["complete_reached_lessons", "complete_courses", "list_unsettled_learners"]
)
def test_only_what_these_learners_have_reported_is_read(conn, crowd, query, threshold, mode):
    course_id, user_ids = crowd
    with conn.transaction(force_rollback=True):
        conn.execute(f"set local plan_cache_mode = {mode}")
        conn.execute("update courses set completion_threshold = %s", [threshold])
        values = {"course_id": course_id, "user_ids": user_ids, "after_id": 0, "limit": SOME}
        sql = getattr(queries.progress, query).sql
        ((plan,),) = conn.execute(f"explain (analyze, format json) {sql}", values, prepare=True)
    assert 0 < read(plan[0]["Plan"]) <= 2 * SOME * LESSONS
