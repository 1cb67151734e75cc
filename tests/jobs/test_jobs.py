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


def waiting(conn):
    """The jobs' arguments and whether they are put off, in order."""
    rows = conn.execute(
        "select args ->> 'word', scheduled_at is not null from procrastinate_jobs order by id"
    )
    return rows.fetchall()


def test_of_those_with_one_lock_one_waits_and_it_is_the_same_job(conn, done, work):
    first = defer(conn, "note", lock="one", word="hello", delay_seconds=60)
    assert waiting(conn) == [("hello", True)]
    assert defer(conn, "note", lock="one", word="hello") == first
    assert waiting(conn) == [("hello", False)]
    # Others are others.
    defer(conn, "note", lock="one", word="other")
    defer(conn, "note", lock="two", word="hello")
    assert len(waiting(conn)) == 3
    work()
    assert sorted(done) == ["hello", "hello", "other"]


def test_a_job_that_a_worker_begins_just_then_is_not_counted_on(conn, environ, done, work):
    first = defer(conn, "note", lock="one", word="hello")
    with type(conn).__base__.connect(environ["DATABASE_OWNER_URL"]) as worker:
        worker.execute("select from procrastinate_jobs where id = %s for update", [first])
        assert defer(conn, "note", lock="one", word="hello") != first
    work()
    assert done == ["hello", "hello"]


def test_no_worker_begins_a_waiting_job_before_the_commit_that_counts_on_it(
    conn, environ, done, work
):
    first = defer(conn, "note", lock="one", word="hello")
    with type(conn).__base__.connect(environ["DATABASE_OWNER_URL"]) as author:
        assert defer(author, "note", lock="one", word="hello") == first
        work()
        assert done == []
    work()
    assert done == ["hello"]


def test_a_job_that_failed_for_others_gets_all_its_tries_when_it_is_asked_for_again(conn):
    first = defer(conn, "note", lock="one", word="hello")
    conn.execute("update procrastinate_jobs set attempts = 9, scheduled_at = now() + '1000 s'")
    assert defer(conn, "note", lock="one", word="hello") == first
    left = conn.execute("select attempts, scheduled_at from procrastinate_jobs").fetchall()
    assert left == [(0, None)]


def test_what_is_less_urgent_holds_up_nothing_with_its_lock(conn, done, work):
    defer(conn, "note", lock="one", word="later", delay_seconds=60, priority=-1)
    defer(conn, "note", lock="one", word="now")
    work()
    assert done == ["now"]


def test_once_does_all_that_have_one_lock(conn, done, work):
    for n in range(5):
        defer(conn, "note", lock="one", word=str(n))
    work()
    assert done == ["0", "1", "2", "3", "4"]


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


@pytest.fixture
def check(conn, runner):
    """`flask jobs check` after the worker was last heard of so many seconds ago; None: never."""

    def run(seconds, *options):
        conn.execute("delete from procrastinate_workers")
        if seconds is not None:
            conn.execute(
                "insert into procrastinate_workers (last_heartbeat)"
                " values (now() - %s * interval '1 second')",
                [seconds],
            )
        answer = runner.invoke(args=["jobs", "check", *options])
        return answer.exit_code, answer.output

    return run


def test_it_can_be_asked_whether_jobs_are_being_done(conn, done, work, check):
    assert check(10) == (0, "1 workers; 0 jobs are due, the oldest for 0 s; 0 failed.\n")
    done.failures = 2
    defer(conn, "note", word="failing")
    work()
    defer(conn, "note", word="later", delay_seconds=600)
    defer(conn, "note", word="due")
    conn.execute("update procrastinate_events set at = at - interval '200 s'")
    status, said = check(10)
    assert status == 0
    assert re.match(r"1 workers; 1 jobs are due, the oldest for 20\d s; 1 failed\.$", said)


@pytest.mark.parametrize("seconds", [None, 90])
def test_that_no_worker_runs_is_said(conn, check, seconds):
    status, said = check(seconds)
    assert (status, "no worker runs" in said) == (1, True)


def test_that_jobs_wait_for_too_long_is_said(conn, check):
    defer(conn, "note", word="due")
    conn.execute("update procrastinate_events set at = at - interval '200 s'")
    status, said = check(10, "--patience", "100")
    assert (status, "due for more than 100 s" in said) == (1, True)


def test_less_urgent_jobs_may_wait(conn, check):
    defer(conn, "note", word="one of many", priority=-1)
    conn.execute("update procrastinate_events set at = at - interval '2000 s'")
    assert check(10) == (0, "1 workers; 1 jobs are due, the oldest for 0 s; 0 failed.\n")


def test_a_queue_that_no_job_has_is_refused(runner):
    answer = runner.invoke(args=["jobs", "work", "--once", "--queue", "certificate"])
    assert answer.exit_code == 2
    assert "there are certificates, default" in answer.output


def test_once_does_the_jobs_of_a_queue_alone(conn, done, runner):
    defer(conn, "note", word="other")
    assert runner.invoke(args=["jobs", "work", "--once", "--queue", "certificates"]).exit_code == 0
    assert done == []


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
