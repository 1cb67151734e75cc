"""Every refusal and failure has one shape and tells no internals."""

import logging

import psycopg
import pytest
from flask import abort
from problems import assert_problem
from psycopg_pool import PoolTimeout

from courseapp.db import connection
from courseapp.errors import PROBLEMS

LOGIN, ME = "/api/v1/auth/login", "/api/v1/auth/me"


def run(sql):
    with connection() as conn:
        conn.execute(sql)


def throw(error):
    raise error


FAILURES = {
    "exception": lambda: throw(RuntimeError("the secret plan")),
    "broken-promise": lambda: {}["secret"],
    "endless": lambda: FAILURES["endless"](),
    "no-answer": lambda: None,
    "abort-500": lambda: abort(500, "the secret plan"),
    "bad-sql": lambda: run("select secret from nowhere"),
    "permission": lambda: run("do $$ begin raise insufficient_privilege; end $$"),
}
BUSY = {
    "pool": lambda: throw(PoolTimeout("secret")),
    "timeout": lambda: run("do $$ begin raise query_canceled; end $$"),
    "lock": lambda: run("do $$ begin raise lock_not_available; end $$"),
    "deadlock": lambda: run("do $$ begin raise deadlock_detected; end $$"),
    "serialization": lambda: run("do $$ begin raise serialization_failure; end $$"),
    "shutdown": lambda: run("do $$ begin raise admin_shutdown; end $$"),
    "full-disk": lambda: run("do $$ begin raise disk_full; end $$"),
    "killed": lambda: run("select pg_terminate_backend(pg_backend_pid())"),
}
REFUSED = {
    "conflict": ("conflict", "do $$ begin raise unique_violation; end $$"),
    "foreign-key": ("conflict", "do $$ begin raise foreign_key_violation; end $$"),
    "check": ("invalid", "do $$ begin raise check_violation; end $$"),
    "range": ("invalid", "select 2147483647 + 1"),
    "zone": ("invalid", "select now() at time zone 'Mars/Olympus'"),
}


@pytest.fixture(scope="module", params=["development", "production"])
def client(make_app, request):
    """A client of an app with views that fail in every way."""
    app = make_app(APP_ENV=request.param)
    for name, view in (FAILURES | BUSY).items():
        app.add_url_rule(f"/{name}", name, view)
    for name, (_, sql) in REFUSED.items():
        app.add_url_rule(f"/{name}", name, lambda sql=sql: run(sql))
    return app.test_client()


@pytest.mark.parametrize("name", FAILURES)
def test_an_unexpected_failure_is_500_and_its_reason_stays_in_the_log(client, name, caplog):
    with caplog.at_level(logging.ERROR):
        answer = client.get(f"/{name}")
    assert_problem(answer, "internal")
    assert answer.json["detail"] == PROBLEMS["internal"][1]
    assert answer.json["instance"] == f"/{name}"
    assert answer.json.keys() == {"type", "title", "status", "detail", "instance", "request_id"}
    for internal in ("secret", "Traceback", "Error", "select", ".py", "psycopg"):
        assert internal not in answer.text
    if name not in ("abort-500", "no-answer"):
        assert answer.json["request_id"] in caplog.text


@pytest.mark.parametrize("name", BUSY)
def test_what_may_pass_by_itself_is_503_and_says_when_to_come_back(client, name):
    answer = client.get(f"/{name}")
    assert_problem(answer, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert "secret" not in answer.text


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_database_refuses_is_the_callers_mistake(client, name):
    assert_problem(client.get(f"/{name}"), REFUSED[name][0])


def test_after_all_these_failures_the_pool_is_whole(client, conn):
    for _ in range(8):
        assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/api/v1/nowhere",
        "/api/v1/auth/",
        "/api/v1/courses/../../etc/passwd",
        "/%00",
        "/%ff%fe",
        "/api/v1/lessons/-1",
        "/api/v1/lessons/9223372036854775808",
        "/problems/nothing",
        "/static/x.js",
        "/" + "x" * 5000,
    ],
)
def test_an_unknown_address_is_404(client, path):
    assert_problem(client.get(path), "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", LOGIN, {"POST", "OPTIONS"}),
        ("DELETE", ME, {"GET", "HEAD", "PATCH", "OPTIONS"}),
        ("POST", "/livez", {"GET", "HEAD", "OPTIONS"}),
        ("TRACE", ME, {"GET", "HEAD", "PATCH", "OPTIONS"}),
        ("BREW", ME, {"GET", "HEAD", "PATCH", "OPTIONS"}),
    ],
)
def test_an_address_says_which_methods_it_takes(client, method, path, allowed):
    answer = client.open(path, method=method)
    assert_problem(answer, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == allowed


def test_head_of_what_is_refused_has_no_body(client):
    answer = client.head(LOGIN)
    assert (answer.status_code, answer.data) == (405, b"")
    assert answer.headers["Allow"]


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/merge-patch+json",
        "x",
    ],
)
def test_a_body_that_is_not_sent_as_json_is_415(client, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    answer = client.post(LOGIN, data=b'{"email": "a", "password": "b"}', headers=headers)
    assert_problem(answer, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_is_json_with_parameters_and_in_any_case(client, content_type):
    answer = client.post(LOGIN, data=b"{}", headers={"Content-Type": content_type})
    assert_problem(answer, "invalid", "email", "password")


def test_every_wrong_value_is_named_once_with_its_place(client):
    answer = client.post(LOGIN, json={"email": "", "extra": 1})
    assert_problem(answer, "invalid", "email", "password", "extra")
    assert {error["location"] for error in answer.json["errors"]} == {"json"}
    assert all(error["message"] for error in answer.json["errors"])


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_type_of_an_error_leads_to_its_explanation(client, name):
    answer = client.get(f"/problems/{name}")
    assert answer.json == {
        "type": f"/problems/{name}",
        "status": PROBLEMS[name][0],
        "title": PROBLEMS[name][1],
    }


def test_an_error_of_the_driver_without_a_connection_is_503(make_app):
    app = make_app()
    app.add_url_rule("/lost", view_func=lambda: throw(psycopg.OperationalError("secret host")))
    answer = app.test_client().get("/lost")
    assert_problem(answer, "unavailable")
    assert "secret" not in answer.text
