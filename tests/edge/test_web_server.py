"""A real gunicorn on a socket: what it refuses by itself, and chunks that it hands on unseen."""

import json

import live
import pytest
from contracts.test_every_answer import REQUIRED

from courseapp.errors import PROBLEMS
from courseapp.schemas.problems import ProblemSchema

EVIL = b"<script>alert(1)</script>"
HOST, LAST = b"\r\nHost: localhost\r\n", b"Connection: close\r\n\r\n"
REFUSED = {
    "no request": (400, EVIL + b"\r\n\r\n"),
    "TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    "a method": (400, EVIL + b" / HTTP/1.1" + HOST + b"\r\n"),
    "a version": (400, b"GET / HTTP/7.7" + HOST + b"\r\n"),
    "a header": (400, b"GET / HTTP/1.1" + HOST + EVIL + b": x\r\n\r\n"),
    "a folded header": (400, b"GET / HTTP/1.1" + HOST + b"X: a\r\n " + EVIL + b"\r\n\r\n"),
    "two lengths": (400, b"GET / HTTP/1.1" + HOST + b"Content-Length: 1\r\n" * 2 + b"\r\n"),
    "an address": (414, b"GET /" + EVIL + b"x" * 5000 + b" HTTP/1.1" + HOST + b"\r\n"),
    "an expectation": (417, b"POST / HTTP/1.1" + HOST + b"Expect: " + EVIL + b"\r\n\r\n"),
    "a long header": (431, b"GET / HTTP/1.1" + HOST + b"X: " + EVIL * 500 + b"\r\n\r\n"),
    "many headers": (
        431,
        b"GET / HTTP/1.1" + HOST + b"X: " + EVIL + b"\r\nX: x" * 200 + b"\r\n\r\n",
    ),
    "a coding": (501, b"POST / HTTP/1.1" + HOST + b"Transfer-Encoding: x" + EVIL + b"\r\n\r\n"),
}
# Behind the headers of a request in chunks.
BROKEN = {
    "a size that is no number": b"zz\r\n\r\n",
    "a negative size": b"-1\r\n\r\n",
    "no size": b"\r\n{}\r\n0\r\n\r\n",
    "an endless size": b"0" * 10_000,
    "no terminator": b"2\r\n{}0\r\n\r\n",
    "an extension": b"2;=\r\n{}\r\n0\r\n\r\n",
    "a trailer": b"2\r\n{}\r\n0\r\na b: c\r\n\r\n",
    "the second chunk": b"2\r\n{}\r\nzz\r\n\r\n",
    "what follows as much as may be sent": b"10000\r\n" + b" " * 65_536 + b"\r\nzz\r\n\r\n",
}
CHUNKED = HOST + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("gunicorn") / "log"


@pytest.fixture(scope="module")
def address(environ, log):
    with live.gunicorn(environ | {"WEB_CONCURRENCY": "1", "APP_ENV": "production"}, log) as server:
        yield server[1]


def assert_restricts_the_browser(answer):
    for name, value in REQUIRED.items():
        assert answer.headers.get_all(name) == [value], name
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_request_is_a_problem_that_repeats_nothing_of_it(address, name):
    status, sent = REFUSED[name]
    answer, body = live.send(address, sent)
    assert answer.status == status
    assert answer.headers.get_all("Content-Type") == ["application/problem+json"]
    assert answer.headers.get_all("Cache-Control") == ["no-store"]
    assert answer.headers.get_all("Connection") == ["close"]
    assert_restricts_the_browser(answer)
    assert b"script" not in body
    problem = json.loads(body)
    assert not ProblemSchema().validate(problem)
    assert problem["status"] == status
    assert problem["type"].removeprefix("/problems/") == "bad_request"
    assert problem["title"] == PROBLEMS["bad_request"][1]


@pytest.mark.parametrize("name", BROKEN)
def test_broken_chunks_are_400_and_end_the_connection(address, log, name):
    answer, body = live.send(address, b"POST /api/v1/auth/login HTTP/1.1" + CHUNKED + BROKEN[name])
    assert (answer.status, json.loads(body)["type"]) == (400, "/problems/malformed")
    assert json.loads(body)["detail"] == "The chunks of the body are broken"
    assert "Traceback" not in log.read_text()


def test_a_server_says_its_name_but_no_version_and_restricts_the_browser(address):
    for path in (b"/", b"/livez", b"/docs/", b"/api/v1/courses", b"/api/v1/nowhere"):
        answer, _ = live.send(address, b"GET " + path + b" HTTP/1.1" + HOST + LAST)
        assert answer.headers.get_all("Server") == ["gunicorn"]
        assert_restricts_the_browser(answer)
        assert answer.headers["X-Request-ID"]
