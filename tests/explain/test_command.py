"""`flask db explain`, the command."""

import json
import re

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


# On so few data others are analysed meanwhile and take another of two equal plans.
@pytest.mark.parametrize("name", [ONE, "auth.get_session", "enrollments.get_enrollment"])
def test_an_unchanged_plan_compares_equal(run, saved, name):
    path, _ = saved
    answer = run(name, "--runs", 0, "--compare", path)
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


def test_a_saved_run_can_keep_the_plans_of_the_one_before(run, saved, tmp_path):
    name = "enrollments.get_enrollment"
    document = json.loads(saved[0].read_text("utf-8"))
    (plan,) = document["queries"][name]["plans"]
    document["queries"][name]["plans"] = [plan | {"shape": ["Another"]}]
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    before.write_text(json.dumps(document), "utf-8")
    run(name, "--runs", 0, "--compare", before, "--save", after)
    kept = json.loads(after.read_text("utf-8"))["queries"][name]["plans"]
    assert sorted(one["shape"] for one in kept) == sorted([["Another"], plan["shape"]])
    assert run(name, "--runs", 0, "--compare", after).exit_code == 0


def test_a_query_that_the_saved_run_lacks_or_has_too_many_fails(run, saved, tmp_path):
    document = json.loads(saved[0].read_text("utf-8"))
    document["queries"]["courses.old"] = document["queries"].pop(ONE)
    path = tmp_path / "other.json"
    path.write_text(json.dumps(document), "utf-8")
    answer = run("--runs", 0, "--compare", path, "--json")
    assert answer.exit_code == 1
    # On few data a plan or two differ from run to run.
    assert json.loads(answer.output)["changed"].keys() >= {ONE, "courses.old"}


def test_a_known_plan_that_reads_many_more_pages_fails(run, saved, tmp_path):
    name = "enrollments.list_enrollments"
    document = json.loads(saved[0].read_text("utf-8"))
    for plan in document["queries"][name]["plans"]:
        plan |= {"buffers_hit": 1, "buffers_read": 0}
    path = tmp_path / "other.json"
    path.write_text(json.dumps(document), "utf-8")
    answer = run(name, "--runs", 0, "--compare", path)
    assert answer.exit_code == 1
    assert re.search(
        rf"{name}: reads [0-9,]+ pages with a plan that read 1 in the saved run", answer.output
    )

    document["rows"]["lesson_progress"] *= 2
    path.write_text(json.dumps(document), "utf-8")
    answer = run(name, "--runs", 0, "--compare", path)
    assert answer.exit_code == 0, answer.output
    assert "pages are not compared: lesson_progress 200,000 → 100,000" in answer.output


def test_production_has_to_be_meant(make_app, run):
    runner = make_app(APP_ENV="production").test_cli_runner()
    answer = runner.invoke(args=["db", "explain", ONE, "--runs", "0"])
    assert answer.exit_code == 1
    assert "writes are executed, too" in answer.output
    answer = runner.invoke(args=["db", "explain", ONE, "--runs", "0", "--yes"])
    assert answer.exit_code == 0, answer.output


def test_a_right_that_the_service_lacks_is_a_plain_error(run, conn):
    conn.execute("revoke select on enrollments from courseapp_service")
    try:
        answer = run("enrollments.get_enrollment", "--runs", 0)
    finally:
        conn.execute("grant select on enrollments to courseapp_service")
    assert answer.exit_code == 1
    assert answer.output == (
        "Error: enrollments.get_enrollment, by DATABASE_URL: "
        "permission denied for table enrollments\n"
    )


def test_a_table_that_nobody_has_counted_is_an_error(run, conn):
    conn.execute(
        "create table uncounted with (autovacuum_enabled = off)"
        " as select * from generate_series(1, 6000) as id"
    )
    try:
        answer = run(ONE, "--runs", 0)
        assert answer.exit_code == 1
        assert answer.output == "Error: run analyze first: nobody has counted uncounted\n"
        conn.execute("analyze uncounted")
        assert run(ONE, "--runs", 0).exit_code == 0
    finally:
        conn.execute("drop table uncounted")


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
