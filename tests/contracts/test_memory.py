"""Hundreds of bodies of 10 MB leave a real worker as small as it was."""

import http.client
import json

import live
import psutil
import pytest

BODY = b'{"email": "' + b"a" * 10_000_000 + b'"}'
MEDIUM = BODY[:100_000]
DEEP = b"[" * 60_000
LOGIN = "/api/v1/auth/login"
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def worker(environ, tmp_path_factory):
    """The one worker of a gunicorn, and a function that connects to it."""
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with live.gunicorn(environ | {"WEB_CONCURRENCY": "1"}, log) as (process, address):
        (child,) = psutil.Process(process.pid).children()
        yield child, lambda: http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)


def post(connection, body, **headers):
    """The status, or 0: the server hung up before it had read everything."""
    try:
        connection.request("POST", LOGIN, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return json.loads(answer.read())["status"]
    except (BrokenPipeError, ConnectionResetError):
        return 0
    finally:
        connection.close()


def test_hundreds_of_large_bodies_leave_memory_as_it_was(worker):
    process, connect = worker
    kinds = [
        lambda: post(connect(), BODY),
        lambda: post(connect(), (BODY[i : i + 65_536] for i in range(0, len(BODY), 65_536))),
        lambda: post(connect(), MEDIUM),
        lambda: post(connect(), DEEP),
    ]
    for kind in kinds:
        kind()
    before = process.memory_info().rss
    statuses = [kind() for _ in range(100) for kind in kinds]
    grown = (process.memory_info().rss - before) / MEGABYTE
    assert {413, 400} <= set(statuses) <= {413, 400, 0}
    assert not {0, 413} & set(statuses[3::4])
    assert grown < 20, f"{grown:.1f} MB more than {before / MEGABYTE:.0f} MB"
    assert post(connect(), b"{}") == 422
