"""What nobody needs any more is deleted every hour, and nothing else."""

import builders
import psycopg
import pytest

from courseapp import purge
from courseapp.db import queries
from courseapp.jobs import defer


@pytest.fixture
def purged(conn, work):
    """Do the job as the worker does each hour."""

    def run():
        defer(conn, "purge", timestamp=0)
        work()

    return run


def test_tokens_go_a_day_after_they_have_expired(conn, purged, learner):
    for lasts in ("1 hour", "-23 hours", "-25 hours", "-30 days"):
        builders.one_time_token(conn, learner, "password_reset", lasts)
    purged()
    left = conn.execute(
        "select round(extract(epoch from expires_at - now()) / 3600)::int"
        " from one_time_tokens order by expires_at"
    )
    assert left.fetchall() == [(-23,), (1,)]


def fail_to_log_in(conn, accounts, ago):
    conn.execute(
        """
        insert into login_failures (email_hash, failed_at, last_failed_at)
        select sha256((%s || nr)::bytea), array[at], at
        from generate_series(1, %s) as nr, lateral (select now() - %s::interval) as t (at)
        """,
        [ago, accounts, ago],
    )


def test_failed_logins_go_a_day_after_the_last_one(conn, purged):
    fail_to_log_in(conn, 3, "23 hours")
    fail_to_log_in(conn, 3, "25 hours")
    purged()
    left = conn.execute(
        "select count(*), bool_and(last_failed_at > now() - interval '1 day') from login_failures"
    )
    assert left.fetchall() == [(3, True)]


def test_it_goes_on_until_nothing_is_left_a_batch_at_a_time(conn, purged, monkeypatch):
    monkeypatch.setattr(purge, "BATCH", 10)
    fail_to_log_in(conn, 30, "2 days")
    purged()
    old = "select count(*) from login_failures where last_failed_at < now() - interval '1 day'"
    assert conn.execute(old).fetchone() == (0,)


def test_what_somebody_is_using_is_left_for_the_next_time(environ, conn, purged):
    conn.execute("delete from login_failures")
    fail_to_log_in(conn, 2, "3 days")
    with psycopg.connect(environ["DATABASE_OWNER_URL"]) as other:
        other.execute("select from login_failures limit 1 for update")
        purged()
        assert conn.execute("select count(*) from login_failures").fetchone() == (1,)
    purged()
    assert conn.execute("select count(*) from login_failures").fetchone() == (0,)


def test_answers_of_creates_go_an_hour_after_nobody_may_ask_for_them(conn, purged, learner):
    for age in ("23 hours", "24 hours", "26 hours"):
        conn.execute(
            "insert into idempotency_keys (user_id, key, created_at, request_hash, status)"
            " values (%s, %s, now() - %s::interval, sha256('request'), 201)",
            [learner.id, age, age],
        )
    purged()
    left = conn.execute("select key from idempotency_keys order by key").fetchall()
    assert left == [("23 hours",), ("24 hours",)]


def test_a_key_that_is_just_being_used_anew_stays(environ, conn, purged, learner):
    conn.execute("delete from idempotency_keys")
    conn.execute(
        "insert into idempotency_keys (user_id, key, created_at, request_hash, status)"
        " values (%s, 'old', now() - interval '26 hours', sha256('request'), 201)",
        [learner.id],
    )
    with psycopg.connect(environ["DATABASE_OWNER_URL"]) as other:
        other.execute("update idempotency_keys set created_at = now()")
        purged()
    assert conn.execute("select key from idempotency_keys").fetchall() == [("old",)]


OLD = {
    "delete_old_keys": """
        insert into idempotency_keys (user_id, key, created_at, request_hash, status)
        select %(user_id)s, n::text, now() - interval '9 days', sha256('request'), 201
        from generate_series(1, 1000) as n
    """,
    "delete_old_tokens": """
        insert into one_time_tokens (user_id, token_hash, purpose, expires_at)
        select %(user_id)s, sha256(n::text::bytea), 'password_reset', now() - interval '9 days'
        from generate_series(1, 1000) as n
    """,
    "delete_old_login_failures": """
        insert into login_failures (email_hash, failed_at, last_failed_at)
        select sha256(n::text::bytea), array[now()], now() - interval '9 days'
        from generate_series(1, 1000) as n
    """,
    "delete_old_events": """
        insert into mux_events (id, type, created_at)
        select n::text, 'video.asset.ready', now() - interval '9 days'
        from generate_series(1, 1000) as n
    """,
    "delete_failed_jobs": """
        insert into procrastinate_jobs (queue_name, task_name, status)
        select 'default', 'note', 'failed' from generate_series(1, 1000)
    """,
}
TABLES = ("idempotency_keys", "one_time_tokens", "login_failures", "mux_events")


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("name", OLD)
def test_a_batch_is_a_batch_also_when_statistics_say_that_there_is_nothing(
    conn, learner, name, mode
):
    with conn.transaction(force_rollback=True):
        for table in (*TABLES, "procrastinate_jobs"):
            conn.execute(f"delete from {table}")
            conn.execute(f"analyze {table}")
        conn.execute(OLD[name], {"user_id": learner.id})
        conn.execute("update procrastinate_events set at = at - interval '60 days'")
        conn.execute(f"set local plan_cache_mode = {mode}")
        assert getattr(queries.purge, name)(conn, batch=10) == 10


def test_events_of_mux_go_after_a_week(conn, purged):
    conn.execute(
        "insert into mux_events (id, type, created_at)"
        " select n::text, 'video.asset.ready', now() - n * interval '1 day'"
        " from generate_series(0.5, 9.5) as n"
    )
    purged()
    left = conn.execute("select max(id::numeric), count(*) from mux_events").fetchone()
    assert left == (6.5, 7)


def test_jobs_that_failed_go_after_a_month(conn, purged):
    for age in ("29 days", "31 days"):
        conn.execute(
            "with job as (insert into procrastinate_jobs (queue_name, task_name, status)"
            " values ('default', %s, 'failed') returning id)"
            " insert into procrastinate_events (job_id, type, at)"
            " select id, 'failed', now() - %s::interval from job",
            [age, age],
        )
    purged()
    failed = "select task_name from procrastinate_jobs where status = 'failed'"
    assert conn.execute(failed).fetchall() == [("29 days",)]
