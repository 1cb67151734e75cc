"""`flask achievements`: who has reached one, and giving it to them."""

import builders
import psycopg
import pytest

from courseapp import backfill
from courseapp.metrics import METRICS


@pytest.fixture
def rule(conn):
    """Make an achievement for lessons completed; returns its code."""
    made = []

    def make(threshold=2, points=40, **overrides):
        values = {
            "code": f"made_{builders.secrets.token_hex(4)}",
            "metric": "lessons_completed",
            "threshold": threshold,
            "points": points,
            "is_active": True,
        } | overrides
        conn.execute(
            "insert into achievements (code, title, description, metric, threshold, points,"
            " is_active) values (%(code)s, 'Made', '', %(metric)s, %(threshold)s, %(points)s,"
            " %(is_active)s)",
            values,
        )
        made.append(values["code"])
        return values["code"]

    yield make
    conn.execute("update achievements set is_active = false where code = any(%s)", [made])


@pytest.fixture
def past_learner(conn):
    """A learner who completed lessons before there were achievements."""

    def make(lessons, **overrides):
        user, course = builders.make_user(conn, **overrides), builders.make_course(conn, lessons)
        builders.enroll(conn, user, course)
        for lesson_id in course.lesson_ids:
            conn.execute(
                "insert into points_history (user_id, points, reason, source_id)"
                " values (%s, 0, 'lesson_completed', %s)",
                [user.id, lesson_id],
            )
        return user

    return make


@pytest.fixture
def held(conn):
    """Who has the achievement, with the sum of its points in their ledgers."""
    return lambda code: conn.execute(
        "select array_agg(ua.user_id order by ua.user_id), sum(ph.points)"
        " from achievements as a join user_achievements as ua on ua.achievement_id = a.id"
        " left join points_history as ph on ph.user_id = ua.user_id and ph.source_id = a.id"
        " and ph.reason = 'achievement_unlocked' where a.code = %s",
        [code],
    ).fetchone()


def run(runner, *arguments):
    answer = runner.invoke(args=["achievements", *arguments])
    return answer.exit_code, answer.output


def test_preview_shows_how_many_and_who_and_changes_nothing(runner, rule, past_learner, held):
    code, user = rule(), past_learner(3, full_name="Zofia Reached")
    past_learner(1, full_name="Not Yet")
    status, output = run(runner, "preview", code)
    assert status == 0
    assert f"1 learners would get {code}: lessons_completed of 2 or more." in output
    assert f"{user.id}" in output
    assert "Zofia Reached" in output
    assert "Not Yet" not in output
    assert "Index" in output.split("The plan of lessons_completed")[1]
    assert held(code) == (None, None)


def test_preview_shows_twenty_and_says_how_many_more(runner, rule, past_learner):
    code = rule(threshold=4)
    for _ in range(21):
        past_learner(4)
    _, output = run(runner, "preview", code)
    assert f"21 learners would get {code}" in output
    assert "… and 1 more." in output


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_can_be_looked_at_before_it_is_a_rule(runner, rule, metric):
    code = rule(metric=metric, threshold=10**9)
    status, output = run(runner, "preview", code)
    assert (status, output.splitlines()[0]) == (
        0,
        f"0 learners would get {code}: {metric} of 1,000,000,000 or more.",
    )


def test_backfill_gives_it_once_with_its_points(runner, rule, past_learner, held, conn):
    code, users = rule(threshold=5), [past_learner(5), past_learner(6)]
    assert run(runner, "backfill", code) == (0, f"2 learners got {code}.\n")
    assert held(code) == ([user.id for user in users], 80)
    assert run(runner, "backfill", code) == (0, f"0 learners got {code}.\n")
    assert held(code) == ([user.id for user in users], 80)
    query = "select total_points from user_points where user_id = %s"
    assert conn.execute(query, [users[0].id]).fetchone()[0] >= 40


def test_what_its_points_earn_is_given_too(runner, rule, past_learner, held):
    user = past_learner(7)
    first = rule(threshold=7, points=70_000)
    second = rule(metric="total_points", threshold=70_000, points=7)
    assert run(runner, "backfill", first)[0] == 0
    assert held(second) == ([user.id], 7)


def test_a_learner_without_a_points_row_gets_one(runner, rule, past_learner, held, conn):
    code, user = rule(threshold=8), past_learner(8)
    conn.execute("delete from user_points where user_id = %s", [user.id])
    assert run(runner, "backfill", code)[0] == 0
    query = "select total_points from user_points where user_id = %s"
    assert conn.execute(query, [user.id]).fetchone()[0] >= 40


def test_an_interrupted_backfill_goes_on_where_it_was(
    runner, rule, past_learner, held, monkeypatch
):
    code = rule(threshold=9)
    users = [past_learner(9) for _ in range(3)]
    monkeypatch.setattr(backfill, "BATCH", 1)
    give, calls = backfill.award_achievements, []

    def stop_at_the_third(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return give(*arguments)

    monkeypatch.setattr(backfill, "award_achievements", stop_at_the_third)
    assert run(runner, "backfill", code) == (1, f"2 learners got {code}.\n\nAborted!\n")
    assert held(code) == ([user.id for user in users[:2]], 80)
    monkeypatch.setattr(backfill, "award_achievements", give)
    assert run(runner, "backfill", code) == (0, f"1 learners got {code}.\n")
    assert held(code) == ([user.id for user in users], 120)


@pytest.mark.parametrize("command", ["preview", "backfill"])
def test_an_unknown_code_or_metric_is_refused(runner, rule, command):
    assert run(runner, command, "nothing")[0] == 1
    code = rule(metric="shoe_size")
    status, output = run(runner, command, code)
    assert status == 1
    assert "no file in sql/metrics/" in output


def test_an_inactive_one_is_previewed_and_not_given(runner, rule, past_learner, held):
    code, _ = rule(threshold=10, is_active=False), past_learner(10)
    status, output = run(runner, "preview", code)
    assert (status, output.splitlines()[1]) == (0, "It is not active: nobody gets it before that.")
    assert run(runner, "backfill", code)[0] == 1
    assert held(code) == (None, None)


def test_a_busy_learner_holds_up_nobody_and_is_named_at_the_end(
    runner, rule, past_learner, held, environ, as_user, conn, monkeypatch
):
    code = rule(threshold=11)
    busy, free = past_learner(11), past_learner(11)
    monkeypatch.setattr(
        "courseapp.cli.owner._OPTIONS", "-c lock_timeout=300ms -c statement_timeout="
    )
    with psycopg.connect(environ["DATABASE_OWNER_URL"]) as other:
        other.execute("select from user_points where user_id = %s for update", [busy.id])
        status, output = run(runner, "backfill", code)
        assert held(code) == ([free.id], 40)
        other.rollback()
    assert status == 1
    assert f"1 learners got {code}.\n" in output
    assert "1 were busy all the time: run it again." in output
    assert run(runner, "backfill", code) == (0, f"1 learners got {code}.\n")
    assert held(code) == ([busy.id, free.id], 80)
