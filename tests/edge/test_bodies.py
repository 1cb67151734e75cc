"""Bodies: how large, and what passes as JSON."""

import contextlib
import http.client
import json

import live
import pytest
from problems import assert_problem

LOGIN = "/api/v1/auth/login"
LIMIT = 65_536


def body_of(size):
    """Valid JSON of that many bytes, with an unknown field."""
    return b'{"x": "' + b"a" * (size - 9) + b'"}'


@pytest.fixture
def send(client):
    def post(data, path=LOGIN):
        return client.post(path, data=data, content_type="application/json")

    return post


def test_a_body_up_to_the_limit_is_read_and_a_larger_one_is_413(send):
    assert_problem(send(body_of(LIMIT)), "invalid", "x", "email", "password")
    assert_problem(send(body_of(LIMIT + 1)), "too_large")
    assert_problem(send(body_of(LIMIT * 20)), "too_large")


def test_the_limit_is_a_setting(make_app):
    client = make_app(MAX_BODY_BYTES="2048").test_client()
    codes = [
        client.post(LOGIN, data=body_of(size), content_type="application/json").status_code
        for size in (2048, 2049)
    ]
    assert codes == [422, 413]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"nonsense",
        b"{'email': 'a'}",
        b'{"email": "a",}',
        b'{"email": "a"} {"password": "b"}',
        b'\xef\xbb\xbf{"email": "a"}',
        '{"email": "a"}'.encode("utf-16"),
        b'{"email": "\xff"}',
        b'{"email": "\xed\xa0\x80"}',
        b'{"email": "\xc0\x80"}',
        b'{"email": "a\0b"}',
        b'{"email": "a\\u0000b", "password": "b"}',
        b'{"email": "a\\\\\\u0000b", "password": "b"}',
        b'{"\\u0000": 1}',
        b'{"x": [[{"y": "\\u0000"}]]}',
        b'{"email": "\\ud800", "password": "b"}',
        b'{"email": "\\udc00\\ud800", "password": "b"}',
        b'{"\\udfff": 1}',
        b'{"email": NaN}',
        b'{"email": Infinity}',
        b'{"email": -Infinity}',
        b'{"email": "a", "email": "b", "password": "c"}',
        b'{"email": "a", "\\u0065mail": "b", "password": "c"}',
        b'{"x": {"y": 1, "y": 2}}',
        b"[" * 60_000,
        b'{"a":' * 9000 + b"1" + b"}" * 9000,
        b"[" * 30_000 + b'"\\u0041"' + b"]" * 30_000,
        b'{"x": ' + b"9" * 60_000 + b"}",
        b'{"x": 01}',
        b'{"x": "\t"}',
        b"// comment\n{}",
    ],
    ids=lambda body: repr(body[:30]),
)
def test_what_is_no_json_or_cannot_be_stored_is_400(send, body):
    assert_problem(send(body), "malformed")


@pytest.mark.parametrize("body", [b"null", b"[]", b"[{}]", b'"text"', b"7", b"true", b"1e999"])
def test_json_that_is_no_object_is_422(send, body):
    answer = send(body)
    assert_problem(answer, "invalid", "_schema")


@pytest.mark.parametrize("value", ["7", "1e999", "-0.0", "true", "null", "[]", "{}", "9" * 4000])
def test_a_value_of_another_type_is_refused_by_name(send, value):
    answer = send(b'{"email": %s, "password": "x"}' % value.encode())
    assert_problem(answer, "invalid", "email")


@pytest.mark.parametrize(
    "text", ['"\\ud83d\\ude00"', '"😀"', '"\\\\u0000"', '"\\\\\\\\u0000"', '"\\u007f"', '"\\uffff"']
)
def test_odd_text_that_can_be_stored_is_taken(send, text):
    """An unknown e-mail that nobody can have: it was looked up and hashed, not refused."""
    answer = send(b'{"email": %s, "password": %s}' % ((text.encode(),) * 2))
    assert_problem(answer, "invalid_credentials")


def test_as_many_keys_as_fit_are_quickly_refused(send):
    document = {f"{number:x}": 0 for number in range(6000)}
    answer = send(json.dumps(document, separators=(",", ":")).encode()[:LIMIT])
    assert answer.status_code in (400, 422)


@pytest.fixture(scope="module")
def connect(environ, tmp_path_factory):
    """Connections to a real gunicorn."""
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with live.gunicorn(environ | {"WEB_CONCURRENCY": "1"}, log) as (_, address):
        yield lambda: http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)


@pytest.mark.parametrize(("size", "status"), [(LIMIT, 422), (LIMIT + 1, 413), (LIMIT * 20, 413)])
def test_a_body_in_chunks_has_the_same_limit(connect, size, status):
    body = body_of(size)
    chunks = (body[i : i + 8192] for i in range(0, size, 8192))
    connection = connect()
    headers = {"Content-Type": "application/json"}
    # It may be answered, and the connection closed, before all of it is sent.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.request("POST", LOGIN, chunks, headers, encode_chunked=True)
    answer = connection.getresponse()
    assert answer.status == status
    assert json.loads(answer.read())["status"] == status
    connection.close()


def test_a_body_larger_than_announced_is_not_read(connect):
    """The rest is the next request on the connection, or nothing."""
    connection = connect()
    connection.putrequest("POST", LOGIN)
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", "2")
    connection.endheaders(b"{}" + body_of(1000))
    answer = connection.getresponse()
    assert answer.status == 422
    connection.close()


def test_a_large_announcement_is_refused_before_the_body_comes(connect):
    connection = connect()
    connection.putrequest("POST", LOGIN)
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["type"] == "/problems/too_large"
    connection.close()
