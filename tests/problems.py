"""How every refusal looks."""

from courseapp.errors import PROBLEMS
from courseapp.schemas.problems import ProblemSchema


def assert_problem(answer, name, *fields):
    """The answer is the problem `name`, about these fields, and nobody may keep it."""
    assert (answer.status_code, answer.json.get("type")) == (PROBLEMS[name][0], f"/problems/{name}")
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not ProblemSchema().validate(answer.json)
    assert {error["field"] for error in answer.json.get("errors", [])} == set(fields)
