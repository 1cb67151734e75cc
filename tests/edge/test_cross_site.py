"""Another site's page does nothing in its visitor's name."""

import pytest
from problems import assert_problem

LOGOUT = "/api/v1/auth/logout"
HERE = "https://courses.example.com"


@pytest.fixture
def send(client):
    """A harmless unsafe request to https://courses.example.com with the given headers."""

    def call(method="POST", path=LOGOUT, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(path, method=method, headers=headers, base_url=HERE)

    return call


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": HERE},
        {"Origin": HERE, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        # TLS ends at the load balancer, so that the page's scheme may differ from ours.
        {"Origin": "http://courses.example.com"},
    ],
)
def test_pages_of_this_site_and_programs_may_act(send, headers):
    assert send(**headers).status_code == 204


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.org"},
        {"Origin": "https://evil.courses.example.com"},
        {"Origin": "https://example.com"},
        {"Origin": "https://courses.example.com.evil.example.org"},
        {"Origin": "https://courses.example.com:8443"},
        {"Origin": "https://evilcourses.example.com"},
        {"Origin": "https://user@courses.example.com"},
        {"Origin": "https://courses.example.com@evil.example.org"},
        {"Origin": "https://courses.example.com/"},
        {"Origin": "https://evil.example.org/courses.example.com"},
        {"Origin": "ftp://courses.example.com"},
        {"Origin": "courses.example.com"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": "http://[::1"},
        {"Origin": "file://"},
        {"Origin": f"{HERE}, {HERE}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://blog.example.com"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
        {"Sec-Fetch-Site": "same-origin, cross-site"},
        {"Sec-Fetch-Site": ""},
        {"Sec-Fetch-Site": "SAME-ORIGIN"},
    ],
)
def test_pages_of_other_sites_may_not(send, headers):
    answer = send(**headers)
    assert_problem(answer, "cross_site")
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_unsafe_method_and_no_path_is_forgotten(send, method):
    for path in ("/api/v1/auth/me", "/api/v1/courses/1/enroll", "/api/v1/nowhere", "/"):
        assert_problem(send(method, path, Origin="https://evil.example.org"), "cross_site")


def test_a_refused_request_has_done_nothing(as_user, learner):
    browser = as_user(learner)
    answer = browser.post(LOGOUT, headers={"Origin": "https://evil.example.org"})
    assert_problem(answer, "cross_site")
    assert "Set-Cookie" not in answer.headers
    assert browser.get("/api/v1/auth/me").status_code == 200


def test_a_token_in_a_header_makes_no_difference(client):
    headers = {"Origin": "https://evil.example.org", "Authorization": "Bearer x"}
    assert_problem(client.patch("/api/v1/auth/me", json={}, headers=headers), "cross_site")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_allowed_from_everywhere_but_shown_to_no_other_site(send, method):
    headers = {"Origin": "https://evil.example.org", "Sec_Fetch_Site": "cross-site"}
    answer = send(method, "/api/v1/courses", **headers)
    assert answer.status_code == 200
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_without_a_host_no_origin_is_this_site(client):
    assert_problem(client.post(LOGOUT, headers={"Origin": "null", "Host": ""}), "cross_site")
