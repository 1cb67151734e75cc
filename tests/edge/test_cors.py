"""Front ends on other origins: ALLOWED_ORIGINS."""

import builders
import pytest
from problems import assert_problem

from courseapp.config import ConfigError

FRONT = "https://www.example.com"
LOCAL = "http://localhost:5173"
ME, COURSES, LOGIN = "/api/v1/auth/me", "/api/v1/courses", "/api/v1/auth/login"
NOT_ALLOWED = [
    "https://www.example.com.evil.org",
    "https://evil-www.example.com",
    "https://wwwxexample.com",
    "https://example.com",
    "http://www.example.com",
    "https://www.example.com:8443",
    "https://www.example.com/",
    "http://localhost:3000",
    "null",
]


@pytest.fixture(scope="module")
def front(make_app):
    """An app that two front ends may use."""
    return make_app(ALLOWED_ORIGINS=f"{FRONT}, {LOCAL}")


@pytest.fixture
def client(front):
    return front.test_client()


def cors_headers(answer):
    prefix = "Access-Control-"
    return {k.removeprefix(prefix): v for k, v in answer.headers if k.startswith(prefix)}


def preflight(client, origin, path=ME, method="PATCH"):
    return client.options(
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "content-type, x-request-id",
            "Sec-Fetch-Site": "cross-site",
        },
    )


@pytest.mark.parametrize("origin", [FRONT, LOCAL])
def test_a_preflight_allows_the_request_with_credentials(client, origin):
    answer = preflight(client, origin)
    assert answer.status_code == 200
    headers = cors_headers(answer)
    assert headers["Allow-Origin"] == origin
    assert headers["Allow-Credentials"] == "true"
    assert "PATCH" in headers["Allow-Methods"].split(", ")
    assert headers["Allow-Headers"] == "content-type, x-request-id"
    assert headers["Max-Age"] == "600"


@pytest.mark.parametrize("origin", [FRONT, LOCAL])
def test_the_front_end_reads_answers_and_acts_with_cookies(client, front, conn, origin):
    user = builders.make_user(conn)
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-site"}
    body = {"email": user.email, "password": builders.PASSWORD}
    answers = [
        client.post(LOGIN, json=body, headers=headers),
        client.get(ME, headers=headers),
        client.patch(ME, json={"locale": "pl"}, headers=headers),
        client.post("/api/v1/auth/logout", headers=headers | {"Sec-Fetch-Site": "cross-site"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 204]
    for answer in answers:
        assert answer.headers.getlist("Access-Control-Allow-Origin") == [origin]
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        shown = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"ETag", "Retry-After", "X-Request-ID"} <= set(shown)


def test_the_front_end_reads_errors_too(client, front):
    headers = {"Origin": FRONT}
    answers = [
        client.get(ME, headers=headers),
        client.get("/api/v1/nowhere", headers=headers),
        client.delete(ME, headers=headers),
        client.post(LOGIN, data="x", headers=headers),
        client.post(LOGIN, json={}, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [401, 404, 405, 415, 422]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == FRONT


@pytest.mark.parametrize("origin", NOT_ALLOWED)
def test_every_other_origin_is_refused_and_shown_nothing(client, origin):
    assert cors_headers(preflight(client, origin)) == {}
    read = client.get(COURSES, headers={"Origin": origin})
    assert (read.status_code, cors_headers(read)) == (200, {})
    act = client.post("/api/v1/auth/logout", headers={"Origin": origin})
    assert_problem(act, "cross_site")
    assert cors_headers(act) == {}


def test_whoever_names_no_origin_gets_no_cors_headers(client):
    assert cors_headers(client.get(COURSES)) == {}


@pytest.mark.parametrize("origins", [FRONT, f"{FRONT}, {LOCAL}"])
def test_no_cache_gives_the_front_end_an_answer_that_was_made_for_others(make_app, origins):
    """With one allowed origin as well: other origins get the answer without the headers."""
    client = make_app(ALLOWED_ORIGINS=origins).test_client()
    for headers in ({}, {"Origin": FRONT}, {"Origin": "https://evil.example.org"}):
        answer = client.get(COURSES, headers=headers)
        assert "public" in answer.headers["Cache-Control"]
        assert "Origin" in answer.vary


def test_pages_outside_of_the_api_are_not_shared(client):
    for path in ("/livez", "/docs/", "/problems/invalid"):
        assert cors_headers(client.get(path, headers={"Origin": FRONT})) == {}


def test_without_the_setting_there_are_no_cors_headers(app):
    client = app.test_client()
    assert cors_headers(preflight(client, FRONT)) == {}
    answer = client.get(COURSES, headers={"Origin": FRONT})
    assert cors_headers(answer) == {}
    assert "Origin" not in answer.vary


@pytest.mark.parametrize(
    "origins",
    [
        "*",
        "https://*.example.com",
        "https://www.example.com/",
        "https://www.example.com/app",
        "www.example.com",
        "null",
        "https://WWW.example.com",
        "https://user@www.example.com",
        f"{FRONT} {LOCAL}",
    ],
)
def test_only_exact_origins_can_be_set(make_app, origins):
    with pytest.raises(ConfigError, match="ALLOWED_ORIGINS"):
        make_app(ALLOWED_ORIGINS=origins)
