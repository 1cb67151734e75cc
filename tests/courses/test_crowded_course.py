"""A crowded course among small ones, a learner who has done much: who asks reads their own rows."""

import builders
import pytest
from psycopg import Rollback

from courseapp.db import queries

CROWD, SMALL, DONE, LESSONS = 5_000, 300, 2_000, 20


@pytest.fixture(scope="module")
def crowded(conn, app):
    """A crowded course, and a learner with a session who is in none and has done much elsewhere."""
    with conn.transaction():
        learner = builders.make_user(conn)
        builders.access_token(app, conn, learner)
        (session_id,) = conn.execute(
            "select max(id) from sessions where user_id = %s", [learner.id]
        ).fetchone()
        course = builders.make_course(conn, lessons=LESSONS)
        elsewhere = builders.make_course(conn, lessons=DONE)
        small = [builders.make_course(conn, lessons=0).id for _ in range(SMALL)]
        users = conn.execute(
            "insert into users (email, full_name, password_hash)"
            " select 'crowd-' || n || '@example.com', 'One of many', 'x'"
            " from generate_series(1, %s) as n returning id",
            [CROWD],
        )
        ids = [user_id for (user_id,) in users]
        conn.execute(
            "insert into enrollments (user_id, course_id) select id, %s from unnest(%s) as id",
            [course.id, ids],
        )
        conn.execute(
            "insert into enrollments (user_id, course_id) select %s, id from unnest(%s) as id",
            [ids[0], small],
        )
        conn.execute(
            "insert into lesson_progress (user_id, lesson_id) select %s, id from unnest(%s) as id",
            [learner.id, elsewhere.lesson_ids],
        )
        # The others have done little: a generic plan takes that for what everybody has done.
        conn.execute(
            "insert into lesson_progress (user_id, lesson_id) select id, %s from unnest(%s) as id",
            [course.lesson_ids[0], ids],
        )
        for table in ("courses", "enrollments", "lessons", "lesson_progress"):
            conn.execute(f"analyze {table}")
        yield {
            "course_id": course.id,
            "lesson_id": course.lesson_ids[3],
            "user_id": learner.id,
            "session_id": session_id,
        }
        raise Rollback


def read(plan, table):
    """How many rows of a table were read, by all nodes of a plan."""
    rows = sum(read(child, table) for child in plan.get("Plans", ()))
    if plan.get("Relation Name") == table and "Scan" in plan["Node Type"]:
        removed = plan.get("Rows Removed by Filter", 0)
        rows += (plan["Actual Rows"] + removed) * plan["Actual Loops"]
    return rows


def explain(conn, mode, query, values, nested_loops="on"):
    with conn.transaction(force_rollback=True):
        conn.execute(f"set local enable_nestloop = {nested_loops}")
        conn.execute(f"set local plan_cache_mode = {mode}")
        ((plan,),) = conn.execute(
            f"explain (analyze, format json) {query.sql}", values, prepare=True
        )
    return plan[0]["Plan"]


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("is_anonymous", [False, True])
def test_a_lesson_reads_at_most_ones_own_enrollment(conn, crowded, mode, is_anonymous):
    nobody = {"user_id": None, "session_id": None} if is_anonymous else {}
    plan = explain(conn, mode, queries.lessons.get_lesson, crowded | nobody)
    assert read(plan, "enrollments") <= 1
    assert read(plan, "lesson_progress") <= 1


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
def test_enrolling_reads_at_most_what_one_has_done_in_that_course(conn, crowded, mode):
    # With other statistics the planner would like a hash of all that the learner has done.
    plan = explain(conn, mode, queries.enrollments.enroll_user, crowded, nested_loops="off")
    assert read(plan, "lesson_progress") <= LESSONS
