"""The gate: it reads gates.toml strictly, and finds every breach."""

import re
from pathlib import Path

import pytest

from perf.gates import FILE, GatesError, judge, judge_memory, read_stage
from perf.results import Request, Sample, Scenario

PATH = "/api/v1/progress/lessons/[id]"
NAME = f"POST {PATH}"


def planned(tmp_path, text="", old="", new=""):
    """The one run of a stage in a file like gates.toml, with a change."""
    file = tmp_path / "gates.toml"
    base = f"""
        [targets]
        "{NAME}" = {{ target = 200, max = 1000 }}
        [scenarios.watchers]
        about = "Watchers"
        requests = ["{NAME}"]
        limits = {{ p50 = 200, p95 = 500, p99 = 1000, error_rate = 0.001, throughput = 5 }}
        [stages.some]
        min_samples = 10
        runs = [{{ scenario = "watchers", users = 10, seconds = 10 }}]
    """
    assert old in base
    file.write_text(base.replace(old, new) if old else base + text, "utf-8")
    return read_stage("some", file)[0]


def scenario(client_cpu=0.1):
    return Scenario("watchers", "closed", 10, 0, 10, client_cpu)


def requests(count=100, seconds=0.01, name=NAME, errors=0):
    return [
        Request("watchers", name, 10 * n / count, seconds, 500 if n < errors else 200, n < errors)
        for n in range(count)
    ]


def broken(tmp_path, seen, measured=None, **change):
    checks = judge(planned(tmp_path, **change), measured or scenario(), seen)
    return {(check.request, check.what) for check in checks if not check.is_kept}


def test_what_keeps_every_limit_is_kept(tmp_path):
    assert broken(tmp_path, requests()) == set()


def test_every_breach_is_found_and_not_only_the_first(tmp_path):
    seen = [*requests(98), *requests(2, seconds=1.5, errors=2)]
    assert broken(tmp_path, seen) == {(NAME, "p99"), (NAME, "error rate")}
    assert broken(tmp_path, requests(seconds=1.5)) == {
        (NAME, what) for what in ("p50", "p95", "p99")
    }


def test_a_limit_is_broken_when_it_is_reached(tmp_path):
    assert broken(tmp_path, requests(seconds=0.2)) == {(NAME, "p50"), (NAME, "p95")}


def test_the_target_of_the_endpoint_counts_beside_the_limits_of_the_scenario(tmp_path):
    checks = judge(planned(tmp_path), scenario(), requests(seconds=0.3))
    found = {(check.what, check.source) for check in checks if not check.is_kept}
    assert found == {("p50", "scenario"), ("p95", "endpoint target")}


def test_a_request_that_was_never_sent_breaks_it(tmp_path):
    assert broken(tmp_path, []) == {(NAME, "samples")}


def test_a_mistyped_name_breaks_it_on_both_sides(tmp_path):
    mistyped = f"POST {PATH.replace('lessons', 'lesson')}"
    assert broken(tmp_path, requests(name=mistyped)) == {(NAME, "samples"), (mistyped, "name")}


def test_too_few_samples_break_it(tmp_path):
    assert broken(tmp_path, requests(9)) == {(NAME, "samples"), (NAME, "throughput")}


def test_the_ramp_is_not_judged(tmp_path):
    slow = [Request("watchers", NAME, -0.1 - n, 9, 200, False) for n in range(100)]
    assert broken(tmp_path, [*slow, *requests()]) == set()


def test_a_client_that_was_too_busy_makes_a_run_invalid(tmp_path):
    assert broken(tmp_path, requests(), scenario(client_cpu=0.81)) == {("", "client CPU")}


def test_too_little_throughput_breaks_it(tmp_path):
    assert broken(tmp_path, requests(49)) == {(NAME, "throughput")}


def test_of_a_spike_exactly_one_request_a_user_is_wanted(tmp_path):
    exact = {"old": 'about = "Watchers"', "new": 'about = "Watchers"\n        exact = true'}
    assert broken(tmp_path, requests(11), **exact) >= {(NAME, "samples")}
    assert (NAME, "samples") not in broken(tmp_path, requests(10), **exact)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('scenario = "watchers"', 'scenario = "watcher"', "There is no scenario watcher"),
        ("p95 = 500", "p_95 = 500", "watchers: p_95 means nothing"),
        ("seconds = 10", "second = 10", "watchers: second means nothing"),
        ("about =", "abuot =", "watchers: abuot means nothing"),
        ("lessons/[id]\" = {", "lesson/[id]\" = {", "No scenario sends POST /api/v1/pro"),
        ("[stages.some]", "[stages.other]", "There is no stage some, only other"),
    ],
)  # fmt: skip
def test_a_mistyped_word_is_named(tmp_path, old, new, message):
    with pytest.raises(GatesError, match=re.escape(message)):
        planned(tmp_path, old=old, new=new)


GUIDE = {
    "watchers": {"p50": 200, "p95": 500, "p99": 1000, "error_rate": 0.001},
    "browsers": {"p50": 100, "p95": 300},
    "enrollees": {"p95": 1000},
}
TARGETS = {
    "GET /api/v1/courses": (100, 500),
    "GET /api/v1/lessons/[id]": (150, 750),
    "POST /api/v1/progress/lessons/[id]": (200, 1000),
    "GET /api/v1/gamification/me": (100, 500),
    "POST /api/v1/certificates/courses/[id]": (2000, 5000),
}


def test_the_stages_ask_for_what_the_guide_asks_for():
    runs = {name: read_stage(name) for name in ("development", "staging")}
    for stage in runs.values():
        for name, limits in GUIDE.items():
            (found,) = (run for run in stage if run.scenario == name)
            assert found.limits.items() >= limits.items()
    targets = {name: pair for run in runs["staging"] for name, pair in run.targets.items()}
    assert targets == TARGETS
    assert max(run.users for run in runs["development"]) == 100
    assert max(run.users for run in runs["staging"]) == 500
    (browsers,) = (run for run in runs["staging"] if run.scenario == "browsers")
    assert browsers.limits["throughput"] == 100


def test_every_scenario_has_its_file():
    folder = Path(FILE).with_name("scenarios")
    for stage in ("development", "staging", "goals", "smoke"):
        for run in read_stage(stage):
            assert run.model == "open" or (folder / f"{run.scenario}.py").exists()


def memory(grows_to, seconds=600):
    return [
        Sample(at, "rss", "web 1", 50e6 * (1 + (grows_to - 1) * at / seconds))
        for at in range(seconds)
    ]


def test_memory_that_grows_breaks_it():
    assert [check.is_kept for check in judge_memory(memory(1.2))] == [False]
    assert [check.is_kept for check in judge_memory(memory(1.02))] == [True]


def test_of_a_short_run_nothing_is_said_of_memory():
    assert judge_memory(memory(2, 200)) == []
