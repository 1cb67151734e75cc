"""Headers, cookies and the refusal of other sites, on every route, errors included."""

import gzip

import builders
import pytest
from conftest import anonymous
from cookies import cookies_of
from problems import assert_problem

LOGIN, REFRESH = "/api/v1/auth/login", "/api/v1/auth/refresh"
LOGOUT, PASSWORD = "/api/v1/auth/logout", "/api/v1/auth/password"
REQUIRED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SITES = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example.org"},
    {"Origin": "null"},
]


@pytest.fixture(scope="module", params=["development", "production"])
def any_app(make_app, request):
    return make_app(APP_ENV=request.param)


def walk(app, tokens=("", "not a token"), **more):
    """Ask every route with every method, with a bad token and without one."""
    for rule in app.url_map.iter_rules():
        path = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)[1]
        for method in (*sorted(rule.methods), "PUT"):
            for token in tokens:
                client = anonymous(app)
                if token:
                    client.set_cookie("access_token", token)
                yield rule, method, client.open(path, method=method, **more)


def test_every_answer_of_every_route_restricts_the_browser(any_app):
    statuses = set()
    for rule, method, answer in walk(any_app):
        where = f"{method} {rule.rule} {answer.status_code}"
        for name, value in REQUIRED.items():
            assert answer.headers.getlist(name) == [value], where
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], where
        assert answer.headers["X-Request-ID"], where
        assert answer.headers["Cache-Control"], where
        is_production = any_app.config["APP_ENV"] == "production"
        assert ("Strict-Transport-Security" in answer.headers) is is_production, where
        statuses.add(answer.status_code)
    assert {200, 302, 401, 404, 405, 415} <= statuses


def test_every_cookie_of_every_answer_is_out_of_reach_of_scripts(any_app, conn):
    client, secure = anonymous(any_app), any_app.config["APP_ENV"] == "production"
    user = builders.make_user(conn)
    right = {"email": user.email, "password": builders.PASSWORD}
    new = {"current_password": builders.PASSWORD, "new_password": "password1234"}
    https = {"base_url": "https://localhost"}
    answers = [
        client.post(LOGIN, json=right, **https),
        client.post(REFRESH, **https),
        client.post(PASSWORD, json=new, **https),
        client.post(LOGOUT, **https),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 204, 204]
    for answer in answers:
        cookies = cookies_of(answer)
        assert set(cookies) == {"access_token", "refresh_token"}
        for cookie in cookies.values():
            assert {"HttpOnly", "SameSite=Lax"} <= cookie.attributes
            assert ("Secure" in cookie.attributes) is secure
            assert not [a for a in cookie.attributes if a.startswith("Domain")]


def test_no_refusal_sets_a_cookie(any_app):
    for rule, method, answer in walk(any_app):
        if rule.rule != LOGOUT:
            assert "Set-Cookie" not in answer.headers, (method, rule.rule)


@pytest.mark.parametrize("headers", SITES, ids=lambda h: " ".join([*h, *h.values()]))
def test_no_unsafe_request_of_another_site_gets_through_anywhere(app, headers):
    refused = 0
    for _, method, answer in walk(app, tokens=("",), headers=headers):
        if method not in ("GET", "HEAD", "OPTIONS"):
            assert_problem(answer, "cross_site")
            refused += 1
    assert refused >= 40


def test_an_answer_without_its_headers_would_be_caught(make_app):
    app = make_app()
    service = app.wsgi_app

    def without_headers(environ, start_response):
        return service(environ, lambda status, headers, *more: start_response(status, [], *more))

    app.wsgi_app = without_headers
    with pytest.raises(AssertionError, match="GET"):
        test_every_answer_of_every_route_restricts_the_browser(app)


@pytest.mark.parametrize("accepts", ["gzip;q=0", "gzip; q=0.0, *", "*;q=0", "identity", "br", ""])
def test_who_does_not_want_gzip_gets_none(client, accepts):
    answer = client.get("/api/v1/openapi.json", headers={"Accept-Encoding": accepts})
    assert "Content-Encoding" not in answer.headers
    assert answer.json["openapi"]


@pytest.mark.parametrize("accepts", ["gzip", "gzip;q=0.1", "br, gzip;q=0.5", "*"])
def test_who_wants_gzip_gets_it(client, accepts):
    answer = client.get("/api/v1/openapi.json", headers={"Accept-Encoding": accepts})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.vary
    assert gzip.decompress(answer.data).startswith(b"{")
