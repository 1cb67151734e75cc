"""Each header in sql/ lists the endpoints, commands and jobs that send its query, and no others.

Proven by what the whole run of the tests has sent, so the first test here is the last of all.
"""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import statement_log

from courseapp.sql_headers import EVERY_SESSION, read_headers
from courseapp.tasks import tasks

HEADERS = read_headers()


@pytest.mark.after_everything
def test_every_query_was_sent_by_what_its_header_lists(request, app):
    if request.session.testsfailed:
        pytest.skip("tests that failed may not have sent everything")
    routes = statement_log.routes(app)
    assert statement_log.complaints(HEADERS, statement_log.SEEN, routes) == []


def test_every_endpoint_command_and_job_that_a_header_lists_exists(app):
    assert unknown(HEADERS, app) == []


def unknown(headers, app):
    """The endpoints, commands and jobs of the headers that the app does not have."""
    known = {*statement_log.routes(app), *statement_log.commands(app.cli), EVERY_SESSION}
    known |= {f"job {name}" for name in tasks.tasks}
    named = {e for header in headers.values() for e in header.endpoints}
    return sorted(e for e in named - known if not e.startswith("make "))


@pytest.mark.parametrize(
    "endpoint",
    ["GET /api/v1/nothing", "DELETE /api/v1/courses", "flask db nothing", "flask db"],
)
def test_an_endpoint_that_does_not_exist_is_caught(app, endpoint):
    wrong = replace(HEADERS["auth.get_me"], endpoints=(endpoint,))
    assert unknown({"auth.get_me": wrong}, app) == [endpoint]


def test_requests_and_commands_are_seen(app, client, conn, runner):
    course = "GET /api/v1/courses/<ref>"
    statement_log.SEEN.discard((course, "courses.get_course"))
    statement_log.SEEN.discard(("flask db status", "health.list_applied_migrations"))
    client.get("/api/v1/courses/no-such-course")
    runner.invoke(args=["db", "status"])
    conn.execute("/* courses.get_course */ select 1")
    assert (course, "courses.get_course") in statement_log.SEEN
    assert ("flask db status", "health.list_applied_migrations") in statement_log.SEEN
    assert not [by for by, _ in statement_log.SEEN if by is None]


ROUTES = {"GET /me": "required", "GET /list": "public", "PATCH /me": "required"}
SEEN = {("GET /me", "auth.get_me")}


@pytest.mark.parametrize(
    ("endpoints", "seen", "complaint"),
    [
        (("GET /me",), SEEN, None),
        ((EVERY_SESSION,), {*SEEN, ("PATCH /me", "auth.get_me")}, None),
        (("GET /me",), set(), "auth.get_me is never sent by GET /me, as its header says"),
        (("GET /me", "GET /list"), SEEN, "auth.get_me is never sent by GET /list, as its header"),
        (("flask x", "GET /me"), SEEN, "auth.get_me is never sent by flask x, as its header says"),
        ((EVERY_SESSION,), SEEN, "auth.get_me is never sent by PATCH /me, as its header says"),
        (
            ("GET /me",),
            {*SEEN, ("flask x", "auth.get_me")},
            "auth.get_me is sent by flask x, which its header lacks",
        ),
    ],
)
def test_a_header_that_is_not_the_truth_is_caught(endpoints, seen, complaint):
    headers = {"auth.get_me": replace(HEADERS["auth.get_me"], endpoints=endpoints)}
    found = statement_log.complaints(headers, seen, ROUTES)
    assert (found[0].startswith(complaint) and len(found) == 1) if complaint else found == []


@pytest.mark.parametrize("option", ["keyword", "markexpr", "deselect", "ignore", "lf", "stepwise"])
def test_only_a_run_of_all_tests_is_judged(option):
    assert statement_log.is_everything(["tests"], SimpleNamespace(keyword="", deselect=None))
    assert not statement_log.is_everything(["tests"], SimpleNamespace(**{option: "something"}))
    assert not statement_log.is_everything(["tests/sql"], SimpleNamespace())
