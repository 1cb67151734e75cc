"""`flask db explain`, the command."""

import json

import pytest
from explain.conftest import SERVED

ONE = "progress.record_progress"


@pytest.fixture(scope="module")
def run(middling):
    """Runs `flask db explain`; the last word of its answer is the exit status."""

    def explain(*arguments):
        return middling.app.test_cli_runner().invoke(args=["db", "explain", *map(str, arguments)])

    return explain


@pytest.fixture(scope="module")
def saved(run, tmp_path_factory):
    """A run with all queries, and what it answered."""
    path = tmp_path_factory.mktemp("explain") / "plans.json"
    return path, run("--runs", 0, "--save", path)


def test_the_table_has_a_row_for_every_query_that_serves_requests(saved):
    _, answer = saved
    assert answer.exit_code == 0, answer.output
    rows = [line.split()[0] for line in answer.output.splitlines() if "." in line.split(" ")[0]]
    assert rows == sorted(SERVED)
    assert answer.output.endswith("queries keep their budgets and use their indexes\n")


def test_one_query_is_shown_with_its_plan_and_times(run):
    answer = run(ONE, "--runs", 20)
    assert "Index Scan using lessons_pkey on lessons" in answer.output
    row = next(line for line in answer.output.splitlines() if line.startswith(ONE))
    assert "generic" in row
    assert "p95 ms" in answer.output


def test_a_query_that_no_request_sends_is_refused(run):
    answer = run("seed.any_user_exists")
    assert answer.exit_code == 2
    assert "No request sends seed.any_user_exists" in answer.output


def test_json_says_the_same(run):
    answer = run(ONE, "--runs", 20, "--json")
    document = json.loads(answer.output)
    assert document["rows"]["lesson_progress"] == 100_000
    query = document["queries"][ONE]
    assert query["budget_ms"] == 2
    assert query["p50"] <= query["p95"] <= query["p99"]
    (plan,) = query["plans"]
    assert "idx_lesson_progress_user_lesson" in plan["indexes"]
    assert plan["buffers_hit"] > 0
    assert plan["misjudged"].keys() == {"node", "estimated", "seen"}


def test_an_unchanged_plan_compares_equal(run, saved):
    path, _ = saved
    answer = run("--runs", 0, "--compare", path)
    assert answer.exit_code == 0, answer.output


def test_a_changed_plan_is_shown_and_fails(run, saved, conn):
    path, _ = saved
    conn.execute("alter index idx_enrollments_user_course rename to idx_renamed")
    try:
        answer = run("enrollments.get_enrollment", "--runs", 0, "--compare", path)
    finally:
        conn.execute("alter index idx_renamed rename to idx_enrollments_user_course")
    assert answer.exit_code == 1
    assert "enrollments.get_enrollment: another plan than in the saved run" in answer.output
    assert "-Index Scan using idx_enrollments_user_course on enrollments" in answer.output
    assert "+Index Scan using idx_renamed on enrollments" in answer.output


def test_a_query_that_the_saved_run_lacks_or_has_too_many_fails(run, saved, tmp_path):
    document = json.loads(saved[0].read_text("utf-8"))
    document["queries"]["courses.old"] = document["queries"].pop(ONE)
    path = tmp_path / "other.json"
    path.write_text(json.dumps(document), "utf-8")
    answer = run("--runs", 0, "--compare", path, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.output)["changed"].keys() == {ONE, "courses.old"}


def test_a_broken_budget_fails(run, monkeypatch):
    monkeypatch.setattr("courseapp.explain._over_budget", lambda header, times: True)
    answer = run(ONE, "--runs", 5)
    assert answer.exit_code == 1
    assert "over the budget of 2 ms" in answer.output


def test_a_database_without_learners_is_an_error(make_app, conn, environ, template_database):
    app = make_app(
        DATABASE_URL=environ["DATABASE_OWNER_URL"].replace(conn.info.dbname, template_database),
        DATABASE_OWNER_URL=environ["DATABASE_OWNER_URL"].replace(
            conn.info.dbname, template_database
        ),
    )
    answer = app.test_cli_runner().invoke(args=["db", "explain"])
    assert answer.exit_code == 1
    assert "no learner to measure with" in answer.output
