"""deploy/haproxy.cfg: what clients get when no gunicorn is there."""

import os
import shutil
import signal

import pytest

from courseapp.devprocess import Child
from courseapp.errors import PROBLEMS
from perf.clients.ask import ask
from perf.stack import HAPROXY, SBIN, free_port


def answers(port):
    try:
        return ask(port, "GET", "/livez")[0].status
    except OSError:
        return None


@pytest.fixture
def port(tmp_path):
    """HAProxy in front of nothing."""
    port = free_port()
    addresses = {
        "COURSEAPP_BIND": f"127.0.0.1:{port} name front",
        "COURSEAPP_STATS": str(tmp_path / "stats"),
        "COURSEAPP_WEB_1": f"unix@{tmp_path}/nobody",
    }
    program = shutil.which("haproxy", path=os.environ["PATH"] + SBIN)
    argv, log = [program, "-db", "-f", HAPROXY], tmp_path / "log"
    child = Child("HAProxy", argv, signal.SIGTERM, log, env=os.environ | addresses)
    child.wait(lambda: answers(port), 20)
    yield port
    child.stop()


@pytest.mark.parametrize("path", ["/api/v1/courses", "/api/v1/certificates/courses/1"])
def test_without_a_gunicorn_the_answer_has_the_shape_of_all_errors(port, path):
    method = "POST" if "certificates" in path else "GET"
    response, body = ask(port, method, path)
    assert response.status == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "1"
    title = PROBLEMS["unavailable"][1]
    assert body.decode() == (f'{{"type":"/problems/unavailable","title":"{title}","status":503}}')
