"""/livez: the process answers, whatever else is down."""

import time

import pytest
from problems import assert_problem


def test_it_answers_ok(client):
    answer = client.get("/livez")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.mimetype == "text/plain"
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_asks_no_server(recorder):
    with recorder.recording() as seen:
        assert recorder.app.test_client().get("/livez").status_code == 200
    assert seen.statements == []
    assert seen.redis_commands == 0


def test_it_answers_at_once_without_database_and_redis(make_app):
    app = make_app(
        DATABASE_URL="postgresql://courseapp@/courseapp?host=/nowhere",
        REDIS_URL="unix:///nowhere/redis.sock",
    )
    started = time.monotonic()
    assert app.test_client().get("/livez").status_code == 200
    assert time.monotonic() - started < 1
    assert app.extensions["database"].pool.closed


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_only_reading_is_allowed(client, path):
    assert client.head(path).status_code == 200
    assert_problem(client.post(path), "method_not_allowed")
