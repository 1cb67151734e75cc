"""perf/locustfile.py, as somebody starts Locust with it by hand."""

import os
import subprocess
import sys

from courseapp.config import CHECKOUT


def test_without_logins_it_says_at_once_what_is_missing():
    argv = [sys.executable, "-m", "locust", "-f", "perf/locustfile.py", "--headless"]
    argv += ["--users", "1", "--run-time", "1s", "--host", "http://127.0.0.1:9"]
    environ = {name: value for name, value in os.environ.items() if name != "PERF_LOGINS"}
    done = subprocess.run(
        argv, cwd=CHECKOUT, env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Set PERF_LOGINS to a file that `flask seed logins` has printed, see perf/README.md.\n"
    )
