"""A real gunicorn for tests that need one."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from courseapp.config import CHECKOUT


def free_port():
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def gunicorn(environ, log, python=sys.executable, arguments=("wsgi:app",), folder=CHECKOUT):
    """`gunicorn wsgi:app` with the project's own settings; yields (process, address)."""
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [python, "-m", "gunicorn", *arguments],
        cwd=folder,
        env=os.environ | environ | {"BIND": address},
        stdout=log.open("ab"),
        stderr=subprocess.STDOUT,
    )
    try:
        deadline = time.monotonic() + 30
        while not _answers(f"http://{address}/livez"):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield process, f"http://{address}"
    finally:
        process.terminate()
        process.wait(40)


def _answers(url):
    try:
        return urllib.request.urlopen(url, timeout=1).status == 200
    except (urllib.error.URLError, OSError):
        return False
