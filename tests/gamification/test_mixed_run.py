"""Many learners on several devices, with retries and lost answers, while workers are killed.

MIXED_RUN_SECONDS=60 makes it long.
"""

import http.client
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import builders
import live
import pytest

SECONDS = float(os.environ.get("MIXED_RUN_SECONDS") or 6)
LEARNERS, DEVICES = 20, 2
ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Warsaw", "America/St_Johns")
FULL = {"watched_seconds": 300, "last_position_seconds": 300, "completion_percentage": 100}
PART = {"watched_seconds": 90, "last_position_seconds": 90, "completion_percentage": 30}


class Device:
    """One device of a learner; it sends something, and sometimes does not wait for the answer."""

    def __init__(self, number, address, token, courses, seen):
        self.random = random.Random(number)
        self.host = address.removeprefix("http://")
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.courses, self.seen = courses, seen
        self.connection = http.client.HTTPConnection(self.host, timeout=20)

    def send(self, what, method, path, body=None):
        """Send a request; what came of it is counted in `seen` as (what, status)."""
        text = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, f"/api/v1{path}", text, self.headers)
            if self.random.random() < 0.1:
                self.connection.close()
                outcome = "lost"
            else:
                answer = self.connection.getresponse()
                answer.read()
                outcome = answer.status
        except (OSError, http.client.HTTPException):
            # Its worker was killed.
            self.connection.close()
            outcome = "cut"
        self.seen[what, outcome] += 1
        return outcome

    def act(self):
        """Something that a learner may do."""
        course = self.random.choice(self.courses)
        lesson = f"/progress/lessons/{self.random.choice(course.lesson_ids)}"
        what = self.random.random()
        if what < 0.45:
            for _ in range(self.random.choice((1, 1, 2, 3))):
                self.send("complete", "POST", lesson, FULL)
        elif what < 0.65:
            self.send("watch", "POST", lesson, PART)
        elif what < 0.85:
            self.send("enroll", "POST", f"/courses/{course.id}/enroll")
        elif what < 0.88:
            self.send("leave", "DELETE", f"/courses/{course.id}/enroll")
        elif what < 0.92:
            self.send("move", "PATCH", "/auth/me", {"timezone": self.random.choice(ZONES)})
        elif what < 0.95:
            opted_in = self.random.random() < 0.7
            self.send("opt", "PATCH", "/auth/me", {"leaderboard_opt_in": opted_in})
        else:
            self.send("read", "GET", "/gamification/me")


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="module")
def run(environ, app, conn, tmp_path_factory):
    """What was sent and answered: (what, status) -> how often."""
    courses = [builders.make_course(conn, lessons=5, completion_points=25) for _ in range(6)]
    learners = [builders.make_user(conn) for _ in range(LEARNERS)]
    admin = builders.access_token(app, conn, builders.make_user(conn, role="admin"))
    seen, end = Counter(), time.monotonic() + SECONDS
    log = tmp_path_factory.mktemp("mixed") / "gunicorn.log"
    with live.gunicorn(environ, log) as (process, address):

        def watch(number):
            token = builders.access_token(app, conn, learners[number % LEARNERS])
            device = Device(number, address, token, courses, seen)
            while time.monotonic() < end:
                device.act()

        def correct():
            device, number = Device(-1, address, admin, courses, seen), 0
            while time.monotonic() < end:
                number += device.random.random() < 0.5
                learner = device.random.choice(learners)
                correction = {"correction_id": number + 1, "points": 3, "note": "A gift"}
                path = f"/gamification/users/{learner.id}/corrections"
                device.send("correct", "POST", path, correction)
                time.sleep(0.02)

        def kill():
            while time.monotonic() < end - 1:
                time.sleep(SECONDS / 4)
                os.kill(random.choice(children(process.pid)), signal.SIGKILL)
                seen["kill", "worker"] += 1

        jobs = [(watch, n) for n in range(LEARNERS * DEVICES)] + [(correct,), (kill,)]
        threads = [threading.Thread(target=job, args=args) for job, *args in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print(f"{sum(seen.values())} actions in {SECONDS:.0f} s: {dict(sorted(seen.items(), key=str))}")
    return seen


def test_everything_happened(run):
    done = Counter(what for what, outcome in run for _ in range(run[what, outcome]))
    assert done.keys() >= {"complete", "watch", "enroll", "leave", "move", "opt", "correct"}
    outcomes = Counter(outcome for _, outcome in run)
    assert outcomes.keys() >= {200, 201, 204, 403, 429, "lost", "cut", "worker"}


def test_nothing_failed(run):
    answered = {outcome for _, outcome in run if isinstance(outcome, int)}
    assert answered <= {200, 201, 204, 403, 409, 429, 503}


def test_every_invariant_holds_afterwards(run, runner, conn):
    assert conn.execute("select count(*) from points_history").fetchone()[0] > LEARNERS
    answer = runner.invoke(args=["doctor", "invariants"])
    assert answer.exit_code == 0, answer.output


def test_there_was_no_deadlock(run, conn):
    query = "select deadlocks from pg_stat_database where datname = current_database()"
    assert conn.execute(query).fetchone() == (0,)
