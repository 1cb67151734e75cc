"""What every answer carries, good or bad: a request id and the browser's restrictions."""

import logging
import re

import pytest

REQUESTS = {
    "a page": ("GET", "/", {}),
    "the documentation": ("GET", "/docs/", {}),
    "its script": ("GET", "/docs/swagger-ui-bundle.js", {}),
    "OpenAPI": ("GET", "/api/v1/openapi.json", {}),
    "health": ("GET", "/livez", {}),
    "a list": ("GET", "/api/v1/courses", {}),
    "a preflight": ("OPTIONS", "/api/v1/auth/me", {}),
    "204": ("POST", "/api/v1/auth/logout", {}),
    "401": ("GET", "/api/v1/auth/me", {}),
    "403": ("POST", "/api/v1/auth/logout", {"headers": {"Origin": "https://evil.example.org"}}),
    "404": ("GET", "/nowhere", {}),
    "404 of a course": ("GET", "/api/v1/courses/1", {}),
    "405": ("DELETE", "/api/v1/auth/me", {}),
    "413": ("POST", "/api/v1/auth/login", {"json": "x" * 70_000}),
    "415": ("POST", "/api/v1/auth/login", {"data": "x"}),
    "422": ("POST", "/api/v1/auth/login", {"json": {}}),
    "500": ("GET", "/fails", {}),
}


def failing(app):
    def fails():
        raise RuntimeError("the secret plan")

    app.add_url_rule("/fails", view_func=fails)
    return app


@pytest.fixture(scope="module")
def apps(make_app):
    return {name: failing(make_app(APP_ENV=name)) for name in ("development", "production")}


@pytest.fixture(params=REQUESTS.values(), ids=REQUESTS)
def ask(request):
    """Sends one of all kinds of requests, with more headers if one likes."""
    method, path, options = request.param

    def call(app, **headers):
        sent = options | {"headers": options.get("headers", {}) | headers}
        return app.test_client().open(path, method=method, **sent)

    return call


@pytest.mark.parametrize("environment", ["development", "production"])
def test_every_answer_restricts_what_a_browser_does_with_it(apps, ask, environment):
    headers = ask(apps[environment]).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"]
    https_only = headers.get("Strict-Transport-Security")
    assert https_only == ("max-age=31536000" if environment == "production" else None)


def test_only_the_documentation_page_may_run_scripts(apps):
    client = apps["production"].test_client()
    policy = client.get("/api/v1/courses").headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'"
    assert "script-src 'self'" in client.get("/docs/").headers["Content-Security-Policy"]
    assert "http" not in client.get("/docs/").headers["Content-Security-Policy"]


def test_every_answer_has_a_request_id(apps, ask):
    answers = [ask(apps["development"]) for _ in range(2)]
    ids = [answer.headers["X-Request-ID"] for answer in answers]
    assert ids[0] != ids[1]
    assert all(re.fullmatch("[0-9a-f]{16}", request_id) for request_id in ids)
    for answer, request_id in zip(answers, ids, strict=True):
        if answer.mimetype == "application/problem+json":
            assert answer.json["request_id"] == request_id


def test_the_request_id_of_the_caller_is_kept(apps, ask):
    answer = ask(apps["development"], **{"X-Request-ID": "from-the_proxy.42"})
    assert answer.headers.getlist("X-Request-ID") == ["from-the_proxy.42"]


@pytest.mark.parametrize(
    "given", ["", " ", "x" * 65, "a b", "a\tb", "<script>", "ż", "a,b", '"a"', "a\x7f", "{}"]
)
def test_an_id_that_could_do_harm_in_a_log_is_replaced(apps, given):
    client = apps["development"].test_client()
    answer = client.get("/nowhere", headers={"X-Request-ID": given})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-ID"])
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


def test_the_log_of_a_failure_has_its_request_id(apps, caplog):
    with caplog.at_level(logging.ERROR):
        apps["production"].test_client().get("/fails", headers={"X-Request-ID": "find-me"})
    (record,) = caplog.records
    assert "find-me" in record.getMessage()
    assert "the secret plan" in caplog.text
