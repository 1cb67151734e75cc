"""Mux is gone, slow, or says no: the author is told, nothing is stored, no connection waits."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import builders
import httpx
import pytest
from conftest import anonymous
from live import free_port
from mux_service import TOKEN
from problems import assert_problem

from courseapp import mux as client_of_mux
from courseapp.config import ConfigError


def says(status, document):
    return lambda handler: handler.answer(status, document)


def hangs_up(handler):
    handler.close_connection = True


def sleeps(handler):
    time.sleep(1)
    hangs_up(handler)


UPLOAD = {"id": "upload", "url": "https://example.com/", "timeout": 60}
TROUBLES = {
    "it hangs up": hangs_up,
    "it sleeps": sleeps,
    "it is down": says(503, {"error": {"type": "service_unavailable"}}),
    "it is busy": says(429, {"error": {"type": "too_many_requests"}}),
    "it knows no such token": says(401, {"error": {"type": "unauthorized"}}),
    "it leads elsewhere": says(302, {}),
    "it says 200": says(200, {"data": UPLOAD}),
    "no JSON": says(201, b"<html>"),
    "no text": says(201, b"\xff\xfe"),
    "nothing": says(201, b""),
    "a list": says(201, []),
    "no upload": says(201, {"data": None}),
    "no id": says(201, {"data": {"url": UPLOAD["url"], "timeout": 60}}),
    "an empty id": says(201, {"data": UPLOAD | {"id": ""}}),
    "an id of another kind": says(201, {"data": UPLOAD | {"id": 7}}),
    "a long id": says(201, {"data": UPLOAD | {"id": "x" * 256}}),
    "an id with NUL": says(201, {"data": UPLOAD | {"id": "x\0"}}),
    "another address": says(201, {"data": UPLOAD | {"url": "javascript:alert(1)"}}),
    "an address with NUL": says(201, {"data": UPLOAD | {"url": "https://x/\0"}}),
    "no address": says(201, {"data": UPLOAD | {"url": None}}),
    "no time": says(201, {"data": UPLOAD | {"timeout": "soon"}}),
    "time without end": says(201, {"data": UPLOAD | {"timeout": 10**30}}),
}


@pytest.fixture(scope="module", autouse=True)
def impatient():
    """Less patience than in production, of apps that begin to talk to Mux here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client_of_mux, "_PATIENCE", httpx.Timeout(0.5))
        yield


@pytest.fixture
def trouble(mux):
    """Make Mux answer with something else."""
    yield lambda answer: setattr(mux, "trouble", answer)
    mux.trouble = None


@pytest.fixture
def post(app, make_app, conn, instructor, path):
    """Ask for an upload, of an app with other settings if there are any."""

    def post(**settings):
        asked = make_app(**settings) if settings else app
        client = anonymous(asked)
        client.set_cookie("access_token", builders.access_token(asked, conn, instructor))
        return client.post(path)

    return post


@pytest.fixture
def rows(conn, course):
    """How much there is of what an upload leaves."""
    query = "select (select count(*) from video_uploads), (select count(*) from audit_log)"
    return lambda: conn.execute(query).fetchone()


@pytest.mark.parametrize("name", TROUBLES)
def test_whatever_mux_does_the_author_is_told_and_nothing_is_stored(
    post, trouble, rows, caplog, name
):
    before = rows()
    trouble(TROUBLES[name])
    with caplog.at_level(logging.ERROR):
        answer = post()
    assert_problem(answer, "video_unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert rows() == before
    assert "Mux opens no upload" in caplog.text
    assert TOKEN[1] not in caplog.text + answer.text
    trouble(None)
    assert post().status_code == 201


@pytest.mark.parametrize("setting", ["MUX_TOKEN_ID", "MUX_TOKEN_SECRET"])
def test_a_wrong_token_is_found_in_the_log(post, rows, caplog, setting):
    before = rows()
    assert_problem(post(**{setting: "wrong"}), "video_unavailable")
    assert "401" in caplog.text
    assert rows() == before


def test_nobody_listens_there(post, rows):
    before = rows()
    answer = post(MUX_API_URL=f"http://127.0.0.1:{free_port()}")
    assert_problem(answer, "video_unavailable")
    assert rows() == before


def test_what_is_not_configured_is_said(post, rows, course):
    before = rows()
    answer = post(MUX_TOKEN_ID="", MUX_TOKEN_SECRET="")
    assert_problem(answer, "video_not_configured")
    assert rows() == before


def test_no_connection_waits_for_mux(make_app, conn, instructor, path, trouble, mux):
    app = make_app(DATABASE_POOL_SIZE="1")
    client, other = anonymous(app), anonymous(app)
    client.set_cookie("access_token", builders.access_token(app, conn, instructor))
    other.get("/readyz")
    waits, served = [], []

    def slow(handler):
        started = time.monotonic()
        # The only connection is free meanwhile.
        served.append(other.get("/api/v1/courses").status_code)
        waits.append(time.monotonic() - started)
        mux.trouble = None
        handler.answer(201, {"data": UPLOAD | {"id": f"slow{time.time_ns()}"}})

    trouble(slow)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client_of_mux, "_PATIENCE", httpx.Timeout(5))
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(client.post, path).result().status_code == 201
    assert served == [200]
    assert waits[0] < 1


def test_the_lesson_is_looked_at_again_after_mux_has_answered(post, trouble, conn, course, rows):
    before = rows()

    def meanwhile(handler):
        conn.execute(
            "update lessons set published_at = null, archived_at = now() where id = %s",
            course.lesson_ids,
        )
        handler.answer(201, {"data": UPLOAD | {"id": "too-late"}})

    trouble(meanwhile)
    assert_problem(post(), "not_found")
    assert rows() == before


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"MUX_TOKEN_ID": ""}, "MUX_TOKEN_ID and MUX_TOKEN_SECRET go together"),
        ({"MUX_TOKEN_SECRET": ""}, "MUX_TOKEN_ID and MUX_TOKEN_SECRET go together"),
        ({"MUX_API_URL": "ftp://example.com"}, "MUX_API_URL must begin with"),
        ({"MUX_API_URL": "https://example.com:port"}, "MUX_API_URL is no URL"),
    ],
)
def test_half_a_configuration_does_not_start(make_app, settings, complaint):
    with pytest.raises(ConfigError, match=complaint):
        make_app(**settings)
