"""The worker as it runs: a process of its own."""

import os
import signal
import subprocess
import sys
import time

import pytest

from courseapp.config import CHECKOUT
from courseapp.jobs import defer


def until(true):
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def worker(environ, conn, tmp_path):
    """A running worker."""
    log = (tmp_path / "log").open("wb")
    argv = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    process = subprocess.Popen(
        argv, cwd=CHECKOUT, env=os.environ | environ, stdout=log, stderr=subprocess.STDOUT
    )
    ready = "select exists (select from procrastinate_workers)"
    until(lambda: process.poll() is not None or conn.execute(ready).fetchone()[0])
    yield process
    process.kill()
    process.wait()


def is_done(conn, job_id):
    return not conn.execute("select from procrastinate_jobs where id = %s", [job_id]).fetchone()


def test_a_worker_does_jobs_as_they_come_and_outlives_its_connections(worker, conn, tmp_path):
    job_id = defer(conn, "retry_stalled", timestamp=0)
    until(lambda: is_done(conn, job_id))
    conn.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and application_name = 'courseapp-jobs'"
    )
    job_id = defer(conn, "retry_stalled", timestamp=0)
    until(lambda: is_done(conn, job_id) or worker.poll() is not None)
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    log = (tmp_path / "log").read_text()
    assert "the worker has started" in log
    assert "the worker has stopped" in log
