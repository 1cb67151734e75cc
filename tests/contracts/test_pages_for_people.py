"""/docs works without internet, / leads there, and each problem has its page."""

import re

import pytest
from problems import assert_problem

from courseapp.errors import PROBLEMS

TYPES = {"css": "text/css", "js": "text/javascript", "png": "image/png"}


@pytest.fixture
def page(client):
    return client.get("/docs/")


def test_the_front_page_leads_to_the_documentation(client):
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/docs/")
    assert client.get("/docs").headers["Location"].endswith("/docs/")
    assert client.get("/", follow_redirects=True).status_code == 200


def test_the_page_shows_our_document(page, client):
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    (url,) = re.findall(r'"url": "([^"]+)"', page.text)
    assert client.get(url).json["openapi"].startswith("3.1")


def test_everything_the_page_needs_comes_from_us(page, client):
    assets = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {asset.rpartition(".")[2] for asset in assets} == set(TYPES)
    for asset in assets:
        assert asset.startswith("/docs/")
        answer = client.get(asset)
        assert answer.status_code == 200
        assert answer.mimetype == TYPES[asset.rpartition(".")[2]]
        assert len(answer.data) > 100


def test_nothing_on_the_page_leads_elsewhere(page, client):
    assert not re.search(r"https?:|[\"']//", page.text)
    # The default is a service on the internet.
    assert '"validatorUrl": null' in page.text
    for asset in re.findall(r'href="([^"]+\.css)"', page.text):
        for target in re.findall(r"url\((.{1,40})", client.get(asset).text):
            assert target.lstrip("\"'").startswith("data:")
    assert "@import" not in client.get("/docs/swagger-ui.css").text


def test_a_browser_lets_the_page_talk_to_us_only(page):
    policy = dict(
        part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    for allowed in policy.values():
        assert not re.search(r"https?:|\*", allowed)


@pytest.mark.parametrize("path", ["/docs/none.js", "/docs/../config.py", "/docs/%2e%2e/x", "/none"])
def test_what_is_not_there_is_404(client, path):
    assert_problem(client.get(path), "not_found")


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_type_of_a_problem_is_a_page_that_explains_it(client, name):
    status, title = PROBLEMS[name]
    answer = client.get(f"/problems/{name}")
    assert answer.status_code == 200
    assert answer.json == {"type": f"/problems/{name}", "status": status, "title": title}


def test_an_unknown_problem_is_404(client):
    assert_problem(client.get("/problems/nothing"), "not_found")
