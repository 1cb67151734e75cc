"""`flask levels apply`: after a DBA has changed the thresholds."""

import builders


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
