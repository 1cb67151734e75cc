"""A real gunicorn for tests that need one."""

import contextlib
import http.client
import io
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import SimpleNamespace

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


def send(address, data):
    """The one answer to these very bytes, and its body; waits until the server has hung up."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as sock:
        sock.sendall(data)
        received = b"".join(iter(lambda: sock.recv(65_536), b""))
    assert received.count(b"HTTP/1.1 ") == 1, received
    answer = http.client.HTTPResponse(SimpleNamespace(makefile=lambda mode: io.BytesIO(received)))
    answer.begin()
    return answer, answer.read()


def _answers(url):
    try:
        return urllib.request.urlopen(url, timeout=1).status == 200
    except (urllib.error.URLError, OSError):
        return False
