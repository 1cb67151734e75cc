"""Generated requests, as many each time and the same ones: schemathesis finds nothing.

`make fuzz` sends 100,000. Which statuses are documented and what is valid comes from the
document alone, so that a schema that is too loose or too strict is found as well.
"""

import fuzzing
import pytest

from courseapp import auth
from courseapp.responses import json_response

# What covers the schemas is the same for every role, and only admins get that far everywhere.
PHASES = {
    "anonymous": ("fuzzing", "stateful"),
    "learner": ("fuzzing", "stateful"),
    "instructor": ("fuzzing", "stateful"),
    "admin": ("examples", "coverage", "fuzzing", "stateful"),
}


@pytest.fixture(scope="module")
def users(conn):
    return fuzzing.make_world(conn)


def described(failures):
    return "\n\n".join(f"{' · '.join(what)}\n{how}" for what, how in failures.items())


@pytest.mark.parametrize("role", fuzzing.ROLES)
def test_nothing_is_found(app, conn, users, document, role):
    schema = fuzzing.make_schema(app, conn, users[role], 4, 1, PHASES[role])
    cases, failures = [], {}
    for sent, failed in fuzzing.run(schema):
        cases += sent
        failures |= failed
    assert not failures, described(failures)
    assert {phase for phase, _, _ in cases} == set(PHASES[role])
    called = {operation for _, operation, _ in cases}
    assert called == {f"{method.upper()} {path}" for method, path in document.operations}
    linked = {operation for phase, operation, status in cases if phase == "stateful"}
    assert len(linked) > 5
    statuses = {status for _, _, status in cases}
    # Whoever is logged in gets as far as each of these.
    assert ({200, 404} if role == "anonymous" else {200, 201, 204, 404, 422}) <= statuses
    assert len(cases) >= 100
    assert not [status for status in statuses if status >= 500]


def broken(answer):
    """A view for a route of the API that answers something."""
    view = auth.required(lambda **ids: answer())
    view.access = "required"
    return view


def fail():
    raise RuntimeError("planted")


FAULTS = {
    "not_a_server_error": ("gamification.get_my_gamification", fail),
    "response_schema_conformance": (
        "gamification.get_my_gamification",
        lambda: json_response(b'{"total_points": "many"}'),
    ),
    "status_code_conformance": (
        "gamification.get_my_gamification",
        lambda: json_response(b"{}", 418),
    ),
    "negative_data_rejection": (
        "gamification.list_my_points",
        lambda: json_response(b'{"items": [], "next_cursor": null}'),
    ),
}


@pytest.mark.parametrize("check", FAULTS)
def test_a_planted_fault_would_be_found(make_app, conn, users, check):
    endpoint, answer = FAULTS[check]
    app = make_app()
    app.view_functions[endpoint] = broken(answer)
    schema = fuzzing.make_schema(app, conn, users["learner"], 4, 1, ("coverage",))
    found = fuzzing.run(schema.include(operation_id=endpoint.partition(".")[2]))
    assert check in {name for _, failures in found for name, _ in failures}


def test_an_operation_that_lets_everybody_in_would_be_found(make_app, conn, users):
    app = make_app()
    body = b'{"items":[],"next_cursor":null}'
    app.view_functions["gamification.list_my_points"] = lambda: json_response(body)
    schema = fuzzing.make_schema(app, conn, users["learner"], 4, 1, ("coverage",))
    found = fuzzing.run(schema.include(operation_id="list_my_points"))
    assert "ignored_auth" in {name for _, failures in found for name, _ in failures}
