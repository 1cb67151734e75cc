"""`flask levels apply`: after a DBA has changed the thresholds."""

import time
from concurrent.futures import ThreadPoolExecutor

import builders
import psycopg


def test_levels_follow_the_thresholds_that_a_dba_has_changed(runner, conn):
    user, other = builders.make_user(conn), builders.make_user(conn)
    conn.execute("update user_points set total_points = 60 where user_id = %s", [user.id])
    with_level = "select level from user_points where user_id = %s"
    conn.execute("update levels set min_points = 50 where level = 2")
    answer = runner.invoke(args=["levels", "apply"])
    assert (answer.exit_code, answer.output) == (0, "1 learners have another level now.\n")
    assert conn.execute(with_level, [user.id]).fetchone() == (2,)
    assert conn.execute(with_level, [other.id]).fetchone() == (1,)
    assert runner.invoke(args=["levels", "apply"]).output == "0 learners have another level now.\n"
    conn.execute("update levels set min_points = 100 where level = 2")
    assert runner.invoke(args=["levels", "apply"]).output == "1 learners have another level now.\n"
    assert conn.execute(with_level, [user.id]).fetchone() == (1,)


def test_what_somebody_earns_meanwhile_counts(runner, conn, environ):
    user = builders.make_user(conn)
    conn.execute(
        "update user_points set total_points = 120, level = 2 where user_id = %s", [user.id]
    )
    conn.execute("update levels set min_points = 300 where level = 3")
    with psycopg.connect(environ["DATABASE_OWNER_URL"]) as earning, ThreadPoolExecutor(1) as thread:
        earning.execute(
            "update user_points set total_points = 260, level = 3 where user_id = %s", [user.id]
        )
        applying = thread.submit(runner.invoke, args=["levels", "apply"])
        blocked = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
        while not conn.execute(blocked).fetchone()[0]:
            time.sleep(0.01)
        earning.commit()
        assert applying.result(10).output == "1 learners have another level now.\n"
    level = "select level from user_points where user_id = %s"
    assert conn.execute(level, [user.id]).fetchone() == (2,)
    conn.execute("update levels set min_points = 250 where level = 3")
