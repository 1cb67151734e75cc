"""The service as benchmarks start it: gunicorn in front of servers of their own."""

import http.client
import json
import os
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

from courseapp.config import CHECKOUT
from courseapp.devprocess import Child

JSON = "application/json"


def serve(
    stack: ExitStack,
    folder: Path,
    name: str,
    target: str,
    settings: dict[str, str],
    workers: int = 1,
) -> int:
    """Start gunicorn; returns its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    argv = [sys.executable, "-m", "gunicorn", "--config", CHECKOUT / "gunicorn.conf.py", target]
    # One: which of two workers gets how many of the connections is chance.
    environ = os.environ | settings | {"BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": str(workers)}
    web = Child(name, argv, signal.SIGTERM, folder / f"{name}.log", cwd=CHECKOUT, env=environ)
    stack.callback(web.stop)
    web.wait(lambda: answers(port), 30)
    return port


def answers(port: int) -> bool:
    """Whether there is a server already."""
    try:
        return ask(port, "GET", "/livez")[0].status == 200
    except OSError:
        return False


def ask(
    port: int,
    method: str,
    path: str,
    body: dict | None = None,
    token: str = "",
    headers: dict[str, str] | None = None,
):
    """The answer to one request, and its body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    sent = {"Authorization": f"Bearer {token}"} if token else {}
    sent |= ({"Content-Type": JSON} if body else {}) | (headers or {})
    connection.request(method, path, json.dumps(body) if body else None, sent)
    response = connection.getresponse()
    return response, response.read()
