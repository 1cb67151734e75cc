"""GET /api/v1/certificates/verify/<code>: for whoever is shown a certificate."""

import builders
import pytest
from certificates.conftest import CERTIFICATES, PUBLIC_URL
from problems import assert_problem
from selectolax.lexbor import LexborHTMLParser

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def made(graduate, course, issue):
    learner = graduate(course)
    made = issue(learner, course).json
    return made | {"path": f"{CERTIFICATES}/verify/{made['code']}", "client": learner.client}


def test_programs_get_json(made, client):
    answer = client.get(made["path"])
    assert answer.status_code == 200
    assert answer.json == {
        "code": made["code"],
        "validity": "valid",
        "learner_name": "Ada Lovelace",
        "course_title": "Zażółć gęślą jaźń",
        "signatory_name": "Grace Hopper",
        "language": "en",
        "completed_on": made["completed_on"],
        "issued_at": made["issued_at"],
        "revoked_at": None,
        "replaced_at": None,
        "verify_url": f"{PUBLIC_URL}{made['path']}",
    }
    assert "Accept" in answer.headers["Vary"]


def page(client, path):
    answer = client.get(path, headers=BROWSER)
    assert answer.content_type == "text/html; charset=utf-8"
    return answer, LexborHTMLParser(answer.data)


def test_people_get_a_page(made, client):
    answer, html = page(client, made["path"])
    assert answer.status_code == 200
    assert html.css_first(".verdict").text() == "This certificate is valid"
    assert html.css_first("h1").text() == "Ada Lovelace"
    text = html.body.text()
    for part in ("Zażółć gęślą jaźń", "Grace Hopper", "Akademia", made["code"]):
        assert part in text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_page_is_in_the_certificates_language(graduate, conn, issue, client):
    course = builders.make_course(conn, lessons=1, language="pl")
    code = issue(graduate(course), course).json["code"]
    _, html = page(client, f"{CERTIFICATES}/verify/{code}")
    assert html.css_first("html").attributes["lang"] == "pl"
    assert html.css_first(".verdict").text() == "Ten certyfikat jest ważny"


def test_hostile_names_are_text(graduate, conn, issue, client):
    hostile = "<img src=x onerror=alert(1)>\"'&lt;"
    course = builders.make_course(conn, lessons=1, title=hostile)
    code = issue(graduate(course, full_name=hostile), course).json["code"]
    answer, html = page(client, f"{CERTIFICATES}/verify/{code}")
    assert html.css_first("h1").text() == hostile
    assert html.css("img, script") == []
    (policy,) = answer.headers.getlist("Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src")


def test_nothing_turns_a_name_round_on_the_page(graduate, conn, issue, client):
    course = builders.make_course(conn, lessons=1)
    learner = graduate(course, full_name="\u202erolyaT xelA\u200b" + "e" + "\u0301" * 9)
    code = issue(learner, course).json["code"]
    _, html = page(client, f"{CERTIFICATES}/verify/{code}")
    assert html.css_first("h1").text() == "rolyaT xelAe" + "\u0301" * 6


def test_pages_of_all_sites_may_read_it_and_the_status_lists(made, client, conn):
    conn.execute("insert into credential_status_lists (id, credential) values (77, '{}')")
    for path in (made["path"], "/api/v1/credentials/status/77"):
        answer = client.get(path, headers={"Origin": "https://verifier.example.org"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "code",
    ["A" * 22, "short", "A" * 21 + "!", "A" * 23, "%00" * 3, "' or true --", "Ł" * 22, "..%2F.."],
)
def test_unknown_codes_are_not_found(client, code):
    assert_problem(client.get(f"{CERTIFICATES}/verify/{code}"), "not_found")


def test_people_are_told_that_a_code_is_unknown(client):
    answer, html = page(client, f"{CERTIFICATES}/verify/{'A' * 22}")
    assert answer.status_code == 404
    assert html.css_first(".verdict").text() == "No certificate has this code"


def test_a_change_of_case_is_another_code(made, client):
    swapped = made["code"].swapcase()
    assert_problem(client.get(f"{CERTIFICATES}/verify/{swapped}"), "not_found")


def test_codes_cannot_be_listed(client, as_user, conn):
    learner = as_user(builders.make_user(conn))
    assert_problem(client.get(f"{CERTIFICATES}/verify/"), "not_found")
    assert_problem(learner.get(f"{CERTIFICATES}/verify"), "not_found")
