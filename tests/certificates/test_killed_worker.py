"""A worker that is killed in the middle of its certificates loses none."""

import os
import signal
import subprocess
import sys
import time

import pytest
from certificates.conftest import CERTIFICATES, PUBLIC_URL

from courseapp.config import CHECKOUT
from courseapp.credential_keys import new_key
from courseapp.jobs import defer

MANY = 12


@pytest.fixture
def start(environ, tmp_path):
    """Start a worker for certificates in a process of its own."""
    running = []
    settings = {"PUBLIC_URL": PUBLIC_URL, "CREDENTIAL_KEY": new_key()}

    def run():
        argv = [sys.executable, "-m", "flask", "--app", "wsgi"]
        argv += ["jobs", "work", "--queue", "certificates"]
        with open(tmp_path / "log", "ab") as log:
            process = subprocess.Popen(
                argv, cwd=CHECKOUT, env=os.environ | environ | settings, stdout=log, stderr=log
            )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.wait()


def until(so, seconds=30):
    deadline = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_a_killed_worker_was_making_the_next_one_makes(
    graduate, course, issue, conn, start, jobs, work
):
    learners = [graduate(course) for _ in range(MANY)]
    made = [issue(learner, course).json["id"] for learner in learners]

    def ready():
        return [
            learner.client.get(f"{CERTIFICATES}/{certificate_id}").json["status"] == "ready"
            for learner, certificate_id in zip(learners, made, strict=True)
        ]

    first = start()
    until(lambda: 1 <= sum(ready()) < MANY)
    first.send_signal(signal.SIGKILL)
    first.wait()
    done = sum(ready())
    assert done < MANY
    assert {status for _, status, _ in jobs()} == {"doing", "todo"}
    # Nobody hears of it any more; the next one looks for such jobs every minute.
    conn.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 hour'")
    defer(conn, "retry_stalled", timestamp=0)
    work()
    assert ready() == [True] * MANY
    assert jobs() == []
