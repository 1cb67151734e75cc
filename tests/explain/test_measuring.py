"""How a query is measured: as the service sends it, and without leaving anything behind."""

import pytest
from explain.conftest import SERVED

from courseapp import explain
from courseapp.explain_cases import fill
from courseapp.explain_sources import COMBINATIONS

TABLES = ("users", "sessions", "enrollments", "lesson_progress", "points_history", "user_points")
WRITES = (
    *("auth.create_user", "auth.create_session", "auth.record_login_failure", "auth.update_me"),
    *("auth.revoke_sessions", "auth.update_password", "enrollments.enroll_user"),
    *("enrollments.delete_enrollment", "gamification.award_lesson_points"),
    *("progress.record_progress", "progress.complete_lesson", "progress.complete_course"),
)


def contents(conn):
    digest = "select md5(string_agg(t::text, '' order by t::text)) from {} as t"
    return [
        conn.execute(digest.format(table)).fetchone()[0] for table in (*TABLES, "login_failures")
    ]


def test_what_it_writes_is_rolled_back(middling, conn):
    before = contents(conn)
    for name in WRITES:
        explain.measure(middling.app, SERVED[name], middling.cases, middling.sizes, runs=3)
    assert contents(conn) == before


@pytest.mark.parametrize("name", WRITES)
def test_what_writes_really_writes_before_that(middling, monkeypatch, name):
    seen = []

    class Watched(explain._RolledBack):
        def __exit__(self, *error):
            result = self.pgconn.exec_(b"select pg_current_xact_id_if_assigned() is not null")
            seen.append(result.get_value(0, 0))
            super().__exit__(*error)

    monkeypatch.setattr(explain, "_RolledBack", Watched)
    explain.measure(middling.app, SERVED[name], middling.cases, middling.sizes, runs=1)
    assert b"t" in seen


def test_the_plan_is_the_generic_one_when_the_service_gets_that(middling):
    measured = explain.measure(
        middling.app, SERVED["auth.get_session"], middling.cases, middling.sizes, runs=1
    )
    assert [plan.is_generic for plan in measured.plans] == [True]


def test_the_plan_is_the_custom_one_when_the_service_gets_that(middling, conn):
    url = middling.app.config["DATABASE_URL"]
    forced = {
        **middling.app.config,
        "DATABASE_URL": f"{url}&options=-c%20plan_cache_mode%3Dforce_custom_plan",
    }
    middling.app.config, kept = forced, middling.app.config
    try:
        measured = explain.measure(
            middling.app, SERVED["auth.get_session"], middling.cases, middling.sizes, runs=1
        )
    finally:
        middling.app.config = kept
    assert [plan.is_generic for plan in measured.plans] == [False]


def test_each_combination_of_parameters_is_looked_at(middling):
    measured = explain.measure(
        middling.app, SERVED["courses.get_course"], middling.cases, middling.sizes, runs=0
    )
    used = [plan.indexes for plan in measured.plans]
    assert any("courses_pkey" in indexes for indexes in used)
    assert any("courses_slug_key" in indexes for indexes in used)


def test_every_learner_gets_each_combination_of_parameters(middling, monkeypatch):
    header = SERVED["courses.list_unpublished_courses"]
    query = explain.Query(None, header, [0, 1, 2])
    monkeypatch.setattr(
        explain, "fill", lambda header, case, n: (case, fill(header, middling.cases[0], n))
    )
    seen = {
        (case, given["role"], given["q"] is None, given["before_id"] is None)
        for case, given in map(query.parameters, range(3 * COMBINATIONS))
    }
    assert len(seen) == 3 * COMBINATIONS


def test_the_plans_of_all_combinations_are_looked_at(middling):
    query = explain.Query(None, SERVED["courses.list_unpublished_courses"], middling.cases)
    given = [query.parameters(n) for n in range(explain.EXPLAINED)]
    assert len({(g["role"], g["q"], g["before_id"]) for g in given}) == COMBINATIONS


def test_the_times_are_in_order(middling):
    measured = explain.measure(
        middling.app, SERVED["auth.get_me"], middling.cases, middling.sizes, runs=20
    )
    times = measured.milliseconds
    assert 0 < times["p50"] <= times["p95"] <= times["p99"]
