"""A completion that fails in the middle leaves nothing half done, and a retry finishes it."""

import contextlib

import pytest
from problems import assert_problem

TABLES = (
    *("lesson_progress", "points_history", "user_points", "enrollments"),
    *("user_activity_days", "user_streaks"),
)
# Where a completion can be stopped: the statement, and the table whose row it waits for.
STEPS = {
    "gamification.lock_user_points": "user_points",
    "progress.complete_course": "enrollments",
}


@pytest.fixture
def stored(conn):
    """Every row that a completion writes."""
    return lambda user: [
        conn.execute(
            f"select t.*, t.xmin from {table} as t where user_id = %s", [user.id]
        ).fetchall()
        for table in TABLES
    ]


@pytest.fixture
def refusing(conn):
    """Make PostgreSQL fail at what is written to a table."""

    @contextlib.contextmanager
    def refuse(table, sqlstate):
        conn.execute(
            "create or replace function fail() returns trigger language plpgsql as"
            f" $$ begin raise exception 'made to fail' using errcode = '{sqlstate}'; end $$"
        )
        conn.execute(
            f"create trigger fail after insert or update on {table}"
            " for each row execute function fail()"
        )
        yield
        conn.execute(f"drop trigger fail on {table}")

    return refuse


@pytest.fixture
def stopped(held_up):
    """Send the completing update of `w`, and do something while it waits in a statement."""
    return lambda w, statement, meanwhile: held_up(
        STEPS[statement], w.user, statement, w.finish, lambda holder, pid: meanwhile(pid)
    )


@pytest.mark.parametrize("table", TABLES)
def test_a_step_that_fails_takes_the_others_back(watch, stored, refusing, table, earned):
    w = watch(lessons=1)
    w.report()
    before = stored(w.user)
    w.client.broken_on_purpose = "no statement of ours raises P0001; it stands for a mistake"
    with refusing(table, "P0001"):
        answer = w.finish()
    assert_problem(answer, "internal")
    assert "made to fail" not in answer.text
    assert stored(w.user) == before
    assert w.finish().json["is_completed"]
    assert earned(w.user) == (10, 1, 10, 1)
    assert w.course_progress()["is_completed"]


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03", "57014", "53300"])
def test_a_database_that_is_busy_is_503_and_a_retry_passes(watch, refusing, stored, sqlstate):
    w = watch(lessons=1)
    before = stored(w.user)
    with refusing("enrollments", sqlstate):
        answer = w.finish()
    assert_problem(answer, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert stored(w.user) == before
    assert w.finish().json["is_completed"]


@pytest.mark.parametrize("statement", STEPS)
def test_a_connection_lost_between_two_steps_leaves_nothing_half_done(
    watch, stored, stopped, conn, earned, statement
):
    w = watch(lessons=1)
    w.report()
    before = stored(w.user)
    kill = "select pg_terminate_backend(%s)"
    answer = stopped(w, statement, lambda pid: conn.execute(kill, [pid]))
    assert_problem(answer, "unavailable")
    assert stored(w.user) == before
    assert w.finish().json["is_completed"]
    assert earned(w.user) == (10, 1, 10, 1)
    assert w.course_progress()["is_completed"]


def test_who_leaves_while_the_completion_waits_is_refused(watch, stored, stopped, conn):
    w = watch(lessons=1)
    before = stored(w.user)
    leave = "delete from enrollments where user_id = %s"
    answer = stopped(
        w, "gamification.lock_user_points", lambda pid: conn.execute(leave, [w.user.id])
    )
    assert_problem(answer, "not_enrolled")
    assert stored(w.user)[:3] == before[:3]


def test_a_lesson_unpublished_while_the_completion_waits_is_404(watch, stored, stopped, conn):
    w = watch(lessons=1)
    before = stored(w.user)
    unpublish = "update lessons set published_at = null where id = %s"
    answer = stopped(
        w, "gamification.lock_user_points", lambda pid: conn.execute(unpublish, [w.lesson_id])
    )
    assert_problem(answer, "not_found")
    assert stored(w.user) == before


def test_a_threshold_raised_while_the_completion_waits_asks_to_try_again(
    watch, stored, stopped, conn
):
    w = watch(lessons=1, completion_threshold=90)
    before = stored(w.user)
    higher = "update courses set completion_threshold = 100 where id = %s"
    w.finish = lambda: w.report(290, percentage=95)
    answer = stopped(
        w, "gamification.lock_user_points", lambda pid: conn.execute(higher, [w.course.id])
    )
    assert_problem(answer, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert stored(w.user) == before
    again = w.finish()
    assert again.status_code == 200
    assert not again.json["is_completed"]
