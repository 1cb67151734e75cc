"""Where certificates cannot be rendered, a worker does everything else, and says so."""

import os
import signal
import subprocess
import sys
import time

import pytest

from courseapp.config import CHECKOUT
from courseapp.jobs import defer

# The library is not there, as on a host that had no certificates before.
WITHOUT = """
import ctypes.util, sys
import cffi
dlopen = cffi.FFI.dlopen
def missing(self, name, *args):
    if name and "pango" in name:
        raise OSError(f"cannot load library '{name}'")
    return dlopen(self, name, *args)
cffi.FFI.dlopen = missing
from flask.cli import main
sys.argv = ["flask", "--app", "wsgi", "jobs", "work", *sys.argv[1:]]
main()
"""


@pytest.fixture
def start(environ, tmp_path):
    """Start a worker there; its process, and what it has said."""
    running = []

    def run(*arguments, **settings):
        with open(tmp_path / "log", "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", WITHOUT, *arguments],
                cwd=CHECKOUT,
                env=os.environ | environ | settings,
                stdout=log,
                stderr=log,
            )
        running.append(process)
        return process, lambda: (tmp_path / "log").read_text()

    yield run
    for process in running:
        process.kill()
        process.wait()


@pytest.mark.parametrize("public_url", ["https://api.example.com", ""])
def test_other_jobs_are_done(start, conn, public_url):
    conn.execute("delete from procrastinate_jobs")
    process, said = start(PUBLIC_URL=public_url, APP_ENV="production")
    defer(conn, "purge", timestamp=0)
    deadline = time.monotonic() + 30
    while conn.execute(
        "select count(*) from procrastinate_jobs where task_name = 'purge'"
    ).fetchone() != (0,):
        assert process.poll() is None and time.monotonic() < deadline, said()
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert ("apt-get install" in said()) is bool(public_url)


def test_one_for_certificates_alone_says_what_to_install(start):
    process, said = start("--queue", "certificates")
    assert process.wait(30) == 1
    assert "apt-get install --no-install-recommends libpango-1.0-0" in said()
    assert "Traceback" not in said()
