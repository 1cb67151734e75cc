"""`make perf-compare`: what tells the two sides apart, and that both work."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import psycopg
import pytest
import redis
from loaded import SMALL, options
from psycopg.conninfo import conninfo_to_dict
from sql.test_prepare import HEADERS, TEMPORARY, problem

from courseapp.database_copy import COPY, leading_to
from courseapp.db import configure, queries
from courseapp.devservers import start_servers
from courseapp.indexes import EXPECTED, normalised, required
from perf.clients.ask import ask
from perf.comparison import one_round
from perf.comparison.baseline import BASELINE, copy_without_indexes, differences, row_counts
from perf.comparison.both import start_both
from perf.comparison.command import PEOPLE, data_folder, describe, measure
from perf.comparison.one_round import measure_round
from perf.comparison.table import SIDES, VALIDITY, Comparison, report
from perf.gates import read_stage
from perf.results import Check
from perf.running import run_locust
from perf.stack import logins
from perf.watching import first_workers

GUIDE = [one for one in required(EXPECTED.read_text("utf-8")) if one.by == "guide"]
# Of the cache, the jobs and the migrations.
NOT_COUNTED = r"^(cache_(drops|server)|procrastinate_.*|_?yoyo_.*)$"


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Both services, with little data."""
    with ExitStack() as stack:
        yield start_both(stack, tmp_path_factory.mktemp("compare"), options(SMALL))


@pytest.fixture
def owner(both):
    """Connections to both databases, by side."""
    with ExitStack() as stack:
        connections = {
            side: stack.enter_context(psycopg.connect(url, autocommit=True))
            for side, url in both.owner_urls.items()
        }
        for connection in connections.values():
            configure(connection)
        yield connections


def reversed_columns(definition):
    """`create unique index x on y(b,a)` of `CREATE UNIQUE INDEX x ON y(a, b)`."""
    start, _, columns = normalised(definition).rstrip(")").partition("(")
    return f"{start}({','.join(reversed(columns.split(',')))})"


def test_the_indexes_that_differ_are_the_required_ones_and_nothing_else_does(owner):
    found = differences(owner["optimised"], owner["baseline"])
    indexes = {one.name: one for one in found if one.kind == "index"}
    assert len(GUIDE) == 10
    assert indexes.keys() == {one.name for one in GUIDE}
    for one in GUIDE:
        seen = indexes[one.name]
        assert normalised(seen.optimised) == normalised(one.definition)
        if "UNIQUE" in one.definition:
            assert normalised(seen.baseline) == reversed_columns(one.definition)
        else:
            assert seen.baseline == ""
    # Of the unique ones the keys by the same names.
    others = {(one.kind, one.name) for one in found if one.kind != "index"}
    assert others == {("constraint", one.name) for one in GUIDE if "UNIQUE" in one.definition}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("create index one_more on enrollments (enrolled_at)", "index"),
        ("alter table users drop constraint users_locale_check", "constraint"),
        ("alter table lesson_progress set (fillfactor = 100)", "table"),
        ("alter table courses alter title set statistics 1000", "column"),
        ("alter table courses add column hint text", "column"),
        (f"alter database {BASELINE.name} set enable_seqscan = off", "setting"),
    ],
)
def test_any_other_difference_would_be_reported(owner, change, kind):
    before = differences(owner["optimised"], owner["baseline"])
    with owner["baseline"].transaction(force_rollback=True):
        owner["baseline"].execute(change)
        found = differences(owner["optimised"], owner["baseline"])
        assert [one.kind for one in found if one not in before] == [kind]


def test_the_settings_that_differ_are_the_cache_and_where_things_are(both):
    found = describe(both, Comparison("", {}))
    assert found.settings.pop("CACHE") == ("off", "")
    assert found.settings.keys() == {
        *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CACHE_REDIS_URL", "PUBLIC_URL")
    }
    assert found.settings["DATABASE_URL"] == (BASELINE.name, COPY.name)


def test_an_index_that_others_can_do_the_work_of_is_named(both):
    found = describe(both, Comparison("", {}))
    assert found.stand_ins.keys() == {"idx_lessons_module_id", "idx_points_history_user_id"}
    assert "idx_lessons_module_id_position" in found.stand_ins["idx_lessons_module_id"]


def test_every_table_is_counted(owner):
    tables = owner["baseline"].execute(
        "select tablename from pg_tables where schemaname = 'public' and tablename !~ %s",
        [NOT_COUNTED],
    )
    assert row_counts(owner["baseline"]).keys() == {name for (name,) in tables}


@pytest.mark.parametrize("name", HEADERS)
def test_every_statement_can_be_prepared_on_the_baseline(owner, name):
    folder, query = name.split(".")
    parameters = [(p.name, p.type) for p in HEADERS[name].parameters]
    with owner["baseline"].transaction(force_rollback=True):
        for temporary in TEMPORARY.get(folder, ()):
            getattr(getattr(queries, folder), temporary)(owner["baseline"])
        statement = getattr(getattr(queries, folder), query).sql
        assert problem(owner["baseline"], statement, parameters) is None


@pytest.mark.parametrize(
    ("table", "constraint"),
    [
        ("enrollments", "idx_enrollments_user_course"),
        ("lesson_progress", "idx_lesson_progress_user_lesson"),
        ("user_achievements", "idx_user_achievements_user_achievement"),
    ],
)
def test_the_reversed_keys_refuse_what_is_there_already(owner, table, constraint):
    again = f"insert into {table} overriding system value select * from {table} limit 1"
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        owner["baseline"].execute(again)
    assert refused.value.diag.constraint_name == constraint


def test_both_answer_every_request_and_one_of_them_keeps_nothing(both, tmp_path):
    (plan,) = read_stage("compare")
    plan = replace(plan, users=4, seconds=4, min_samples=1)
    found = measure(both, tmp_path / "run", options(SMALL), plan, 1)
    assert all(one == other for one, other in found.rows.values())
    assert found.rows["lesson_progress"] == (SMALL["progress"], SMALL["progress"])
    for side in SIDES:
        seen = {check.what: check for check in found.checks[side]}
        assert seen["deadlocks"].is_kept
        assert [check.what for check in found.checks[side]].count("other programs") == 2
        (run,) = found.runs[side]
        # Nobody came too early, who is alone neither.
        for one in (run, *found.alone[side]):
            assert {request.status for request in one.requests()} == {200}
        assert {request.name for request in run.requests()} == set(plan.requests)
    kept = {
        side: redis.Redis.from_url(both.stacks[side].settings["CACHE_REDIS_URL"]).keys()
        for side in SIDES
    }
    assert kept["baseline"] == []
    assert b"courses:published" in kept["optimised"]
    text = report(found)
    for part in ("| Users", "| RPS", "| p50", "| p95", "| p99", "| Errors", *plan.requests):
        assert part in text
    for one in GUIDE:
        assert one.name in text


@contextmanager
def busy_programs():
    """As many others as there are processors, which never rest."""
    with ExitStack() as stack:
        for _ in range(os.cpu_count()):
            one = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(one.wait)
            stack.callback(one.kill)
        yield


def test_a_round_that_is_disturbed_or_not_watched_or_loses_a_worker_is_not_valid(
    both, tmp_path, monkeypatch
):
    (plan,) = read_stage("compare")
    plan = replace(plan, users=1, seconds=2)
    # Where HAProxy does not show what it does, watching ends.
    service = replace(both.stacks["baseline"], statistics=tmp_path / "nothing")
    people = logins(service.app, 250)["learners"][-25:]
    path = tmp_path / "logins.json"
    path.write_text(json.dumps({"learners": people}))

    def run_and_kill(*arguments):
        (worker,) = first_workers(service)["web 2"]
        os.kill(worker, signal.SIGKILL)
        run_locust(*arguments)

    monkeypatch.setattr(one_round, "run_locust", run_and_kill)
    with busy_programs():
        run = measure_round(tmp_path / "run", "baseline", service, plan, path)
    broken = {check.what: check.seen for check in run.checks if not check.is_kept}
    assert broken.keys() == {"other programs", "programs", "samples"}
    assert broken["programs"].startswith("web 2: its worker was replaced")
    assert set(VALIDITY) >= broken.keys()
    assert "ended early: FileNotFoundError" in broken["samples"]


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ((18, 10_000, 200, 1_000_000), "compare-18-1000000"),
        ((16, 100_000, 500, 10_000_000), "compare-16-10000000"),
        ((16, 100_000, 500, 1_000_000), "compare-16-1000000-100000-500"),
        ((18, 20_000, 200, 1_000_000), "compare-18-1000000-20000-200"),
    ],
)
def test_data_of_each_size_have_a_folder_of_their_own(size, name):
    assert data_folder(*size).name == name


def test_one_learner_after_the_other_is_never_too_early_on_the_baseline(both):
    # Of those nobody has been before.
    learner = logins(both.stacks["optimised"].app, 275)["learners"][-1]
    port, token = int(both.stacks["baseline"].url.rpartition(":")[2]), learner["access_token"]
    watching = learner["watching"]
    lesson = f"/api/v1/progress/lessons/{watching['lesson_id']}"
    body = {"watched_seconds": 1, "last_position_seconds": 1, "completion_percentage": 1}
    finish = dict.fromkeys(body, watching["duration_seconds"]) | {"completion_percentage": 100}
    for sent in (body, finish, finish):
        response, answer = ask(port, "POST", lesson, sent, token)
        assert response.status == 200, answer
    assert json.loads(answer)["is_completed"]


def test_a_measurement_that_is_not_valid_says_why():
    found = Comparison("", {}, rows={"users": (1, 2), "courses": (3, 3)})
    found.checks["baseline"] = [
        Check("closed_day", "", "client CPU", "<= 80 %", "91 %", False, "valid measurement"),
        Check("closed_day", "GET /x", "samples", ">= 5", "7", True, "valid measurement"),
        Check("closed_day", "GET /x", "error rate", "< 0.10%", "1 %", False, "scenario"),
        Check("", "", "deadlocks", "= 0", "1", False, "whole run"),
    ]
    assert found.problems == [
        "users has 1 rows in the baseline and 2 in the other",
        "baseline: client CPU 91 %, not <= 80 %",
        "baseline: GET /x error rate 1 %, not < 0.10%",
        "baseline: deadlocks 1, not = 0",
    ]


def test_a_copy_that_failed_half_way_is_thrown_away(tmp_path):
    with start_servers(tmp_path, durable=False) as urls:
        url = urls["DATABASE_URL"]
        assert conninfo_to_dict(url)["dbname"] == "courseapp"
        # Without the migrations there is nothing to take off.
        with pytest.raises(psycopg.errors.UndefinedObject), copy_without_indexes(url):
            pass
        with psycopg.connect(leading_to(url, "postgres")) as server:
            names = [name for (name,) in server.execute("select datname from pg_database")]
        assert "courseapp" in names
        assert BASELINE.name not in names


def test_each_user_has_enough_accounts():
    # At 20 requests/s of one user, 2,000 of all, with a quarter updates. Each learner sends one in
    # five seconds.
    assert PEOPLE / 5 >= 20 / 4
