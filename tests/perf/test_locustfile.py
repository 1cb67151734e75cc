"""perf/locustfile.py, as somebody starts Locust with it by hand, and on its own page."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager

import loaded
import pytest

from courseapp.config import CHECKOUT
from courseapp.db import connect_as_owner
from courseapp.devprocess import Child
from perf.stack import start_stack
from perf.web import free_port

ARGV = [sys.executable, "-m", "locust", "-f", "perf/locustfile.py"]


@pytest.fixture(scope="module")
def service(service_data):
    """The service as load tests start it."""
    with start_stack(service_data, loaded.options(loaded.SMALL)) as found:
        yield found


class Page:
    """Locust's page."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path, form=None):
        body = None if form is None else urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(f"{self.url}/{path}", body, timeout=10) as answer:
            return json.load(answer)

    def total(self):
        """State, and the numbers of requests and of failures."""
        found = self.get("stats/requests")
        [total] = [row for row in found["stats"] if row["name"] == "Aggregated"]
        return found["state"], total["num_requests"], total["num_failures"]

    def run(self, user_class, users, rate):
        """Start users, and stop when each has had an answer; requests and failures."""
        form = {"user_count": users, "spawn_rate": rate, "user_classes": user_class}
        assert self.get("swarm", form)["success"]
        # Until it has begun, the numbers are those of the start before.
        self._wait(lambda state, *_: state in ("spawning", "running"))
        self._wait(lambda _, requests, failures: requests >= users)
        self.get("stop", {})
        return self._wait(lambda state, *_: state == "stopped")[1:]

    def _wait(self, is_so):
        deadline = time.monotonic() + 20
        while not is_so(*(seen := self.total())):
            assert time.monotonic() < deadline, (seen, self.exceptions())
            time.sleep(0.05)
        return seen

    def exceptions(self):
        return [one["msg"] for one in self.get("exceptions")["exceptions"]]


@contextmanager
def locust_page(service, logins, folder):
    """Locust with its page, which waits to be told what to start."""
    port = free_port()
    argv = [*ARGV, "--class-picker", "--web-host=127.0.0.1", f"--web-port={port}"]
    argv += ["--host", service.url]
    environ = os.environ | {"PERF_LOGINS": str(logins)}
    child = Child("locust", argv, signal.SIGTERM, folder / "log", env=environ, cwd=CHECKOUT)
    page = Page(port)
    try:
        child.wait(lambda: answers(page), 30)
        yield page
    finally:
        child.stop()


def answers(page):
    try:
        return page.total()[0] == "ready"
    except OSError:
        return False


def print_logins(service, count, path):
    path.write_text(json.dumps(service.login_as(count)))


def test_without_logins_it_says_at_once_what_is_missing():
    argv = [*ARGV, "--headless"]
    argv += ["--users", "1", "--run-time", "1s", "--host", "http://127.0.0.1:9"]
    environ = {name: value for name, value in os.environ.items() if name != "PERF_LOGINS"}
    done = subprocess.run(
        argv, cwd=CHECKOUT, env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Set PERF_LOGINS to a file that `flask seed logins` has printed, see perf/README.md.\n"
    )


def test_it_has_the_scenarios_of_the_guide(tmp_path):
    logins = tmp_path / "logins.json"
    logins.write_text('{"learners": []}')
    environ = os.environ | {"PERF_LOGINS": str(logins)}
    done = subprocess.run(
        [*ARGV, "--list"], cwd=CHECKOUT, env=environ, capture_output=True, text=True, timeout=60
    )
    names = {line.strip() for line in done.stdout.splitlines()}
    assert names >= {"CourseBrowser", "Enrollee", "Person", "VideoProgressUser", "VideoWatcher"}


def test_a_second_start_has_all_learners_again(service, tmp_path):
    logins = tmp_path / "logins.json"
    print_logins(service, 3, logins)
    with locust_page(service, logins, tmp_path) as page:
        for user_class in ("CourseBrowser", "VideoProgressUser"):
            requests, failures = page.run(user_class, 3, 10)
            assert (requests >= 3, failures, page.exceptions()) == (True, 0, [])


def test_users_of_a_second_spike_wait_for_each_other_too(service, tmp_path):
    logins = tmp_path / "logins.json"
    # More than four: who has taken the course that is next is passed over.
    print_logins(service, 30, logins)
    with locust_page(service, logins, tmp_path) as page, connect_as_owner(service.app) as conn:
        for _ in range(2):
            [begun] = conn.execute("select clock_timestamp()").fetchone()
            # The last comes some seconds after the first.
            assert page.run("Enrollee", 4, 1) == (4, 0)
            count, seconds = conn.execute(
                "select count(*), extract(epoch from max(enrolled_at) - min(enrolled_at))"
                " from enrollments where enrolled_at > %s",
                (begun,),
            ).fetchone()
            assert count == 4
            assert seconds < 1
            print_logins(service, 30, logins)
