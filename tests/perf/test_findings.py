"""What broke is said in a sentence each, the worst first, with when and what was busy."""

import made_runs
import pytest

from perf.report.findings import breaches
from perf.report.notable import notable, stalls
from perf.report.timeline import series_by_kind


@pytest.fixture
def run(tmp_path):
    return made_runs.make_run(tmp_path, scenarios=[made_runs.scenario()])


def sentences(run, requests, samples=()):
    return [
        f"{one.sentence} {one.cause}".strip()
        for one in breaches(run, requests, series_by_kind(samples))
    ]


def test_it_says_since_when_and_what_was_busy(run):
    run.checks = [made_runs.check()]
    requests = made_runs.watchers(slow_from=42)
    assert sentences(run, requests, made_runs.samples(busy_from=42)) == [
        "watchers, POST progress: p95 612 ms, limit < 500 ms, from 00:42 on. At that time web 1 "
        "used 97 % of a core; up to 12 requests waited in the proxy's queue."
    ]


def test_it_says_when_nothing_was_busy(run):
    run.checks = [made_runs.check()]
    [said] = sentences(run, made_runs.watchers(stall_at=42), made_runs.samples())
    assert said.endswith(
        "from 00:42 to 00:43. Nothing that was watched was at its limit at that time."
    )


def test_the_slowest_has_a_time_too(run):
    run.checks = [made_runs.check("max", "< 500 ms", "1,015 ms")]
    [said] = sentences(run, made_runs.watchers(stall_at=42))
    # Who asked a moment before 00:42 waited, too.
    assert said == "watchers, POST progress: max 1,015 ms, limit < 500 ms, from 00:41 to 00:43."


def test_it_says_when_all_processors_were_busy_though_no_process_was(run):
    run.environment = {"processors": "1"}
    run.checks = [made_runs.check()]
    [said] = sentences(run, made_runs.watchers(slow_from=0), made_runs.samples())
    assert "throughout. At that time all processes together used 1.2 of 1 processors." in said


def test_it_says_when_the_client_was_busy(run):
    run.scenarios = [made_runs.scenario(client_cpu=0.93)]
    run.checks = [made_runs.check()]
    [said] = sentences(run, made_runs.watchers(slow_from=0), made_runs.samples())
    assert "the client used 93 % of a core, which distorts" in said


def test_errors_have_a_time_too(run):
    requests = made_runs.watchers()
    run.checks = [made_runs.check("error rate", "< 0.1 %", "4 %")]
    requests = requests[:1200] + made_runs.with_errors(requests[1200:], 5)
    assert "error rate 4 %, limit < 0.1 %, from 00:30 on." in sentences(run, requests)[0]


def test_the_biggest_problem_comes_first(run):
    run.checks = [
        made_runs.check("p99", "< 1000 ms", "1,100 ms"),
        made_runs.check("p50", "< 200 ms", "50 ms", is_kept=True),
        made_runs.check("p95", "< 500 ms", "2,000 ms"),
        made_runs.check("throughput", "> 100 /s", "50 /s"),
        made_runs.check("error rate", "< 0.1 %", "0.2 %"),
        made_runs.check("deadlocks", "= 0", "1", scenario="", request=""),
        made_runs.check("client CPU", "< 80 %", "93 %", request=""),
    ]
    order = [one.check.what for one in breaches(run, made_runs.watchers(), {})]
    assert order == ["client CPU", "deadlocks", "error rate", "p95", "throughput", "p99"]


def test_a_program_that_died_is_said_before_all_else(run):
    seen = "web 2 ended (SIGKILL, first seen at 00:05)"
    run.checks = [
        made_runs.check("client CPU", "< 80 %", "93 %", request=""),
        made_runs.check("programs", "all alive", seen, scenario="", request=""),
    ]
    assert sentences(run, [])[0] == f"the whole run: programs {seen}, limit all alive."


def test_in_a_short_scenario_moments_have_tenths(run):
    run.scenarios = [made_runs.scenario(begin=16, end=20)]
    run.checks = [made_runs.check()]
    requests = [one._replace(due=one.due + 16) for one in made_runs.watchers(100, 4, stall_at=1.2)]
    assert "limit < 500 ms, from 00:17.2 to 00:17.8." in sentences(run, requests)[0]


def test_a_stall_is_noticed_even_if_no_limit_is_broken():
    requests = made_runs.watchers(stall_at=42)
    said = notable(made_runs.scenario(), requests)
    first = min(end for one in requests if (end := one.due + one.seconds) > 42.5)
    waited = sum(one.due < first <= one.due + one.seconds for one in requests)
    assert (
        f"watchers: from 00:42.0 no answer came for 1.0 s while {waited} requests waited." in said
    )
    assert any("slowest at 00:42" in sentence for sentence in said)


def test_an_even_run_has_nothing_to_notice():
    assert notable(made_runs.scenario(), made_runs.watchers()) == []


def test_users_who_pause_together_are_no_stall():
    requests = made_runs.watchers(seconds=10)
    later = [one._replace(due=one.due + 15) for one in requests]
    assert stalls(requests + later) == []


def test_an_open_model_that_is_not_kept_up_with_is_noticed():
    behind = [one._replace(seconds=one.due) for one in made_runs.watchers()]
    said = notable(made_runs.scenario(model="open", users=0, rate=40), behind)
    assert "watchers: 40.0/s were due, 20.0/s were answered as expected." in said
