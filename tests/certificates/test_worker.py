"""A certificate's file is made whatever happens, or its learner and admins are told."""

import pytest
from certificates.conftest import CERTIFICATES
from problems import assert_problem

from courseapp import certificate_document


@pytest.fixture
def broken(monkeypatch):
    """Rendering fails so many times."""

    def break_it(times):
        render, left = certificate_document.render, [times]

        def fail(*arguments):
            if left[0]:
                left[0] -= 1
                raise RuntimeError("no ink")
            return render(*arguments)

        monkeypatch.setattr(certificate_document, "render", fail)

    return break_it


def test_a_file_that_could_not_be_made_is_tried_again(graduate, course, issue, work, jobs, broken):
    broken(1)
    learner = graduate(course)
    path = f"{CERTIFICATES}/{issue(learner, course).json['id']}"
    work()
    assert learner.client.get(f"{path}/pdf").status_code == 202
    assert [(task, status) for task, status, _ in jobs()] == [("render_certificate", "todo")]
    work()
    assert learner.client.get(f"{path}/pdf").status_code == 200
    assert jobs() == []


def test_what_fails_for_good_is_said_and_can_be_done_again(
    graduate, course, issue, work, jobs, broken, runner, conn
):
    broken(1)
    learner = graduate(course)
    path = f"{CERTIFICATES}/{issue(learner, course).json['id']}"
    conn.execute("update procrastinate_jobs set attempts = 10")
    work()
    assert learner.client.get(path).json["status"] == "failed"
    for what in ("pdf", "credential"):
        answer = learner.client.get(f"{path}/{what}")
        assert_problem(answer, "certificate_failed")
        assert int(answer.headers["Retry-After"]) >= 60
    ((task, status, _),) = jobs()
    assert (task, status) == ("render_certificate", "failed")
    assert "render_certificate" in runner.invoke(args=["jobs", "list"]).output
    job_id = conn.execute("select id from procrastinate_jobs").fetchone()[0]
    runner.invoke(args=["jobs", "retry", str(job_id)])
    work()
    assert learner.client.get(path).json["status"] == "ready"
    assert learner.client.get(f"{path}/pdf").status_code == 200


def test_what_kills_its_workers_is_given_up(graduate, course, issue, work, jobs, conn):
    learner = graduate(course)
    path = f"{CERTIFICATES}/{issue(learner, course).json['id']}"
    # It was begun anew each time a worker had died.
    conn.execute("update procrastinate_jobs set attempts = 21")
    work()
    assert learner.client.get(path).json["status"] == "failed"
    assert [status for _, status, _ in jobs()] == ["failed"]


def test_a_lost_job_is_found_within_the_hour(graduate, course, issue, work, jobs, conn, runner):
    learners = [graduate(course) for _ in range(3)]
    lost, fresh, waiting = (issue(learner, course).json["id"] for learner in learners)
    # An older worker did not know what to do with it.
    conn.execute(
        "update procrastinate_jobs set status = 'failed'"
        " where (args ->> 'certificate_id')::bigint in (%s, %s)",
        [lost, fresh],
    )
    old = "update certificates set issued_at = now() - interval '2 hours' where id in (%s, %s)"
    conn.execute(old, [lost, waiting])
    runner.invoke(args=["jobs", "defer", "requeue_certificates", "timestamp=0"])
    work()
    statuses = [
        learner.client.get(f"{CERTIFICATES}/me").json["items"][0]["status"] for learner in learners
    ]
    assert statuses == ["ready", "rendering", "ready"]
    made = "select count(*) from certificate_files where certificate_id = %s"
    assert conn.execute(made, [waiting]).fetchone() == (1,)


def test_a_job_done_twice_leaves_the_file_as_it_is(graduate, course, issue, work, runner, conn):
    learner = graduate(course)
    made = issue(learner, course).json
    work()
    files = "select xmin, pdf_sha256 from certificate_files where certificate_id = %s"
    before = conn.execute(files, [made["id"]]).fetchall()
    arguments = [f"user_id={learner.id}", f"certificate_id={made['id']}"]
    answer = runner.invoke(args=["jobs", "defer", "render_certificate", *arguments])
    assert answer.exit_code == 0, answer.output
    work()
    assert conn.execute(files, [made["id"]]).fetchall() == before


def test_neither_certificate_nor_job_is_there_without_the_other(
    graduate, course, issue, conn, jobs
):
    """A statement that fails in its end leaves nothing of its beginning."""
    learner = graduate(course)
    conn.execute("revoke insert on procrastinate_jobs from courseapp_service")
    learner.client.broken_on_purpose = "the service may not write jobs"
    try:
        assert issue(learner, course).status_code == 500
    finally:
        conn.execute("grant insert on procrastinate_jobs to courseapp_service")
    count = "select count(*) from certificates where user_id = %s"
    assert conn.execute(count, [learner.id]).fetchone() == (0,)
    assert jobs() == []
