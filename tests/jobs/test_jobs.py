"""A job is done once its transaction has committed, and again when it failed."""

import re

import pytest

from courseapp.jobs import defer


@pytest.fixture(autouse=True)
def empty(conn, done):
    conn.execute("delete from procrastinate_jobs")
    done.clear()
    done.failures = 0


def statuses(conn):
    return [row[0] for row in conn.execute("select status::text from procrastinate_jobs")]


def test_a_job_is_done_and_not_kept(conn, done, work):
    defer(conn, "note", word="hello")
    work()
    assert done == ["hello"]
    assert statuses(conn) == []


def test_a_job_of_a_transaction_that_was_rolled_back_is_never_done(conn, done, work):
    with pytest.raises(ZeroDivisionError), conn.transaction():
        defer(conn, "note", word="never")
        raise ZeroDivisionError
    work()
    assert done == []


def test_a_job_with_a_delay_waits(conn, done, work):
    defer(conn, "note", word="later", delay_seconds=60)
    work()
    assert done == []
    conn.execute("update procrastinate_jobs set scheduled_at = now()")
    work()
    assert done == ["later"]


def test_a_job_that_fails_is_tried_again(conn, done, work):
    done.failures = 1
    defer(conn, "note", word="again")
    work()
    work()
    assert done == ["again"]


def test_a_job_that_fails_for_good_is_listed_and_can_be_done_once_more(conn, done, work, runner):
    done.failures = 2
    job_id = defer(conn, "note", word="failing")
    work()
    work()
    assert done == []
    listed = runner.invoke(args=["jobs", "list"]).output
    assert re.search(rf'{job_id} +note +failed +2 +{{"word": "failing"}}', listed)
    answer = runner.invoke(args=["jobs", "retry", str(job_id)])
    assert answer.output == f"Job {job_id} waits for the worker.\n"
    work()
    assert done == ["failing"]
    assert runner.invoke(args=["jobs", "list"]).output == "Nothing waits, and nothing failed.\n"


def test_only_what_failed_can_be_done_once_more(conn, done, runner):
    job_id = defer(conn, "note", word="waiting")
    answer = runner.invoke(args=["jobs", "retry", str(job_id)])
    assert answer.exit_code == 1
    assert f"no job {job_id} has failed" in answer.output


def test_a_job_can_be_left_to_the_worker_by_hand(conn, done, work, runner):
    answer = runner.invoke(args=["jobs", "defer", "note", "word=hand"])
    assert answer.exit_code == 0, answer.output
    work()
    assert done == ["hand"]


@pytest.mark.parametrize("arguments", [["nothing_like_it"], ["note", "word"]])
def test_a_job_that_does_not_exist_is_refused(conn, done, runner, arguments):
    answer = runner.invoke(args=["jobs", "defer", *arguments])
    assert answer.exit_code == 1
    assert statuses(conn) == []


def test_what_a_dead_worker_had_begun_is_begun_anew(conn, done, work):
    defer(conn, "note", word="orphan")
    conn.execute("update procrastinate_jobs set status = 'doing'")
    conn.execute("delete from procrastinate_workers")
    defer(conn, "retry_stalled", timestamp=0)
    work()
    work()
    assert done == ["orphan"]
