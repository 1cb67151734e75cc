"""No body harms: every route that takes one answers a 4xx in the one shape."""

import gzip
import io

import builders
import pytest
from achievements.earning import make_achievement
from conftest import anonymous
from problems import assert_problem

DEEP = 100_000
BAD = {
    "empty": b"",
    "half": b'{"email": ',
    "nul": b'{"email": "a\\u0000b", "x": "\\u0000"}',
    "raw nul": b'{"email": "a\0b"}',
    "lone surrogate": b'{"email": "\\ud800"}',
    "lone surrogate as a key": b'{"\\udfff": 1}',
    "raw surrogate": b'{"email": "\xed\xa0\x80"}',
    "nan": b'{"watched_seconds": NaN}',
    "infinity": b'{"watched_seconds": Infinity}',
    "minus infinity": b'{"watched_seconds": -Infinity}',
    "5,000 digits": b'{"watched_seconds": ' + b"9" * 5000 + b"}",
    "deep array": b"[" * 30_000 + b"]" * 30_000,
    "deep object": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "duplicate keys": b'{"email": "a", "email": "b"}',
    "bom": b'\xef\xbb\xbf{"email": "a@example.com"}',
    "latin-1": '{"full_name": "Zażółć"}'.encode("iso-8859-2"),
    "utf-16": '{"email": "a"}'.encode("utf-16"),
    "compressed": gzip.compress(b'{"email": "a"}'),
}
INVALID = {
    "infinite": b'{"watched_seconds": 1e999, "last_position_seconds": -1e999}',
    "4,000 digits": b'{"watched_seconds": ' + b"9" * 4000 + b"}",
    "array": b"[]",
    "text": b'"text"',
    "null": b"null",
    "wrong types": b'{"email": {}, "password": [], "full_name": 7, "watched_seconds": "1"}',
    "unicode digits": b'{"watched_seconds": "\\uff11", "completion_percentage": "\\u0661"}',
    "booleans": b'{"watched_seconds": true, "email": false, "password": true, "full_name": true}',
}
TOO_LARGE = {
    "10 MB": b'{"x": "' + b"a" * 10_000_000 + b'"}',
    "10 MB of brackets": b"[" * 10_000_000,
}
HEADERS = {
    "gzip": ({"Content-Encoding": "gzip"}, gzip.compress(b"{}" * 1000)),
    "a bomb": ({"Content-Encoding": "gzip"}, gzip.compress(b" " * 10_000_000)),
    "another charset": ({"Content-Type": "application/json; charset=utf-16"}, b"\xff\xfe{\0}\0"),
    "another type": ({"Content-Type": "text/xml"}, b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
    "a form": ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\n\r\n--x--"),
    "no type": ({"Content-Type": ""}, b"{}"),
}


@pytest.fixture(scope="module")
def routes(document, conn):
    """The (method, path) that take a body."""
    course = builders.make_course(conn)
    ids = {
        "ref": course.id,
        "course_id": course.id,
        "module_id": course.module_id,
        "lesson_id": course.lesson_ids[0],
        "user_id": builders.make_user(conn).id,
        "certificate_id": 1,
        "achievement_id": make_achievement(conn, "total_points", 1).id,
    }
    return [
        (method, path.format(**ids))
        for (method, path), operation in document.operations.items()
        if "requestBody" in operation
    ]


@pytest.fixture(scope="module")
def send(app, conn, routes):
    """Sends a body to every route, as an admin, whom none refuses; the answers."""
    token = builders.access_token(app, conn, builders.make_user(conn, "admin"))

    def to_every_route(data, stream=False, **more):
        for method, path in routes:
            client = anonymous(app)
            client.set_cookie("access_token", token)
            headers = {"Content-Type": "application/json"} | more.get("headers", {})
            # One that has been read to its end is empty for the next route.
            body = {"input_stream": io.BytesIO(data)} if stream else {"data": data}
            yield client.open(path, method=method, **more | body | {"headers": headers})

    return to_every_route


def test_there_are_routes_to_try(routes):
    assert len(routes) >= 8


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_json_is_400_everywhere(send, name):
    for answer in send(BAD[name]):
        assert_problem(answer, "malformed")


@pytest.mark.parametrize("name", INVALID)
def test_what_no_route_takes_is_422_everywhere(send, name):
    for answer in send(INVALID[name]):
        assert answer.json["errors"]
        assert_problem(answer, "invalid", *(error["field"] for error in answer.json["errors"]))


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_is_413_everywhere(send, name):
    for answer in send(TOO_LARGE[name]):
        assert_problem(answer, "too_large")


def test_what_is_too_deep_is_refused_everywhere(send):
    """As too large, or where long bodies are taken as malformed."""
    refusals = {answer.json["type"].removeprefix("/problems/") for answer in send(b"[" * DEEP)}
    assert refusals == {"too_large", "malformed"}


@pytest.mark.parametrize("name", HEADERS)
def test_other_encodings_are_refused_everywhere(send, name):
    headers, body = HEADERS[name]
    for answer in send(body, headers=headers):
        names = ("malformed", "unsupported_media_type")
        assert answer.json["type"].removeprefix("/problems/") in names
        assert_problem(answer, answer.json["type"].removeprefix("/problems/"))


def test_chunks_without_an_end_in_sight_are_413_everywhere(send):
    """As gunicorn hands them on: no length, and a stream that ends by itself."""
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    for answer in send(b" " * 9_000_000, stream=True, environ_overrides=environ):
        assert_problem(answer, "too_large")
