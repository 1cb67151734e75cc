"""The gate: it reads gates.toml strictly, and finds every breach."""

import tomllib
from pathlib import Path

import pytest

from perf.gates import FILE, GatesError, judge, read_stage, samples_for
from perf.memory import judge_memory
from perf.results import Request, Sample, Scenario

PATH = "/api/v1/progress/lessons/[id]"
NAME = f"POST {PATH}"


def planned(tmp_path, old="", new=""):
    """The one run of a stage in a file like gates.toml, with a change."""
    return changed(tmp_path, (old, new))


def changed(tmp_path, *changes):
    """The same with several changes."""
    file = tmp_path / "gates.toml"
    base = f"""
        [targets]
        "{NAME}" = {{ p95 = 200, p99 = 1000 }}
        [scenarios.watchers]
        about = "Watchers"
        requests = ["{NAME}"]
        limits = {{ p50 = 200, p95 = 500, p99 = 1000, error_rate = 0.001, throughput = 5 }}
        [stages.some]
        min_samples = 10
        min_scenario_samples = 10
        runs = [{{ scenario = "watchers", users = 10, seconds = 10 }}]
    """
    for old, new in changes:
        assert old in base
        base = base.replace(old, new, 1) if old else base
    file.write_text(base, "utf-8")
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
    assert broken(tmp_path, []) == {(NAME, "samples"), ("", "samples")}


def test_a_mistyped_name_breaks_it_on_both_sides(tmp_path):
    mistyped = f"POST {PATH.replace('lessons', 'lesson')}"
    assert broken(tmp_path, requests(name=mistyped)) == {(NAME, "samples"), (mistyped, "name")}


def test_too_few_samples_break_it(tmp_path):
    few = {(NAME, "samples"), ("", "samples")}
    assert broken(tmp_path, requests(9)) == {*few, (NAME, "throughput")}


def seen_of(checks):
    return {(check.request, check.what): (check.seen, check.is_kept) for check in checks}


def test_a_scenario_needs_enough_for_what_its_limits_say(tmp_path):
    plan = planned(tmp_path, old="min_scenario_samples = 10", new="")
    assert plan.min_scenario_samples == 1000
    seen = seen_of(judge(plan, scenario(), requests(999)))
    assert seen["", "samples"] == ("999", False)
    assert seen_of(judge(plan, scenario(), requests(1000)))["", "samples"] == ("1,000", True)


@pytest.mark.parametrize(
    ("what", "limit", "needed"),
    [
        *(("p50", 1, 2), ("p95", 1, 20), ("p99", 1, 100), ("max", 1, 1), ("throughput", 1, 1)),
        *(("error_rate", 0.001, 1000), ("error_rate", 0.003, 334), ("error_rate", 0, 1)),
    ],
)
def test_what_is_about_one_in_n_needs_n(what, limit, needed):
    assert samples_for(what, limit) == needed


def test_a_limit_that_so_few_samples_cannot_show_is_not_judged(tmp_path):
    seen = seen_of(judge(planned(tmp_path), scenario(), requests(99, seconds=2)))
    assert seen[NAME, "p95"] == ("2,000 ms", False)
    assert seen[NAME, "p99"] == ("not judged: 99 of 100 samples", True)
    assert seen[NAME, "error rate"] == ("not judged: 99 of 1,000 samples, no error", True)


def test_an_error_among_few_breaks_it_all_the_same(tmp_path):
    seen = seen_of(judge(planned(tmp_path), scenario(), requests(99, errors=1)))
    assert seen[NAME, "error rate"] == ("1.01 %, 1 of 99", False)


RARE = "GET /api/v1/certificates/[id]/pdf"
BOTH = {"old": f'requests = ["{NAME}"]', "new": f'requests = ["{NAME}", "{RARE}"]'}


def test_all_requests_of_a_scenario_are_judged_together(tmp_path):
    # p95 of each alone is not judged, or kept; that of both is broken.
    seen = [*requests(200), *requests(19, seconds=2, name=RARE)]
    plan = planned(tmp_path, **BOTH)
    found = seen_of(judge(plan, scenario(), seen))
    assert found[RARE, "p95"] == ("not judged: 19 of 20 samples", True)
    assert found["", "p95"] == ("2,000 ms", False)
    assert found["", "samples"] == ("219", True)
    # Nothing else of the run belongs to it.
    others = [one._replace(scenario="browsers", seconds=9) for one in requests()]
    assert seen_of(judge(plan, scenario(), [*seen, *others])) == found


def test_a_request_may_have_limits_of_its_own(tmp_path):
    own = f'\n        own_limits = {{ "{RARE}" = {{ p50 = 2000, max = 5000 }} }}'
    change = {"old": BOTH["old"], "new": BOTH["new"] + own}

    def broken_by(*seconds):
        seen = [*requests(2000), *(requests(1, seconds=took, name=RARE)[0] for took in seconds)]
        return broken(tmp_path, seen, **change) - {(RARE, "samples"), (RARE, "throughput")}

    assert broken_by(1.5, 4, 1.5) == set()
    assert broken_by(1.5, 5, 1.5) == {(RARE, "max")}
    assert broken_by(1.5, 2.5, 2.5) == {(RARE, "p50")}


def test_a_target_may_be_of_the_slowest(tmp_path):
    change = {"old": "{ p95 = 200, p99 = 1000 }", "new": "{ p50 = 150, max = 900 }"}
    plan = planned(tmp_path, **change)
    checks = judge(plan, scenario(), [*requests(99), *requests(1, seconds=0.95)])
    found = {(check.what, check.source) for check in checks if not check.is_kept}
    assert found == {("max", "endpoint maximum")}


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


RUN = "stages.some.runs.0"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('scenario = "watchers"', 'scenario = "watcher"', f"{RUN}.scenario: There is no scenario"),
        ('scenario = "watchers", ', "", f"{RUN}.scenario: Missing data"),
        ("p95 = 500", "p_95 = 500", "scenarios.watchers.limits.p_95: Unknown field."),
        ("p95 = 500", 'p95 = "500"', "scenarios.watchers.limits.p95: Not a valid number."),
        ("p95 = 500", "p95 = true", "scenarios.watchers.limits.p95: Not a valid number."),
        ("p95 = 500", "p95 = nan", "scenarios.watchers.limits.p95: Special numeric values"),
        ("p95 = 500", "p95 = 0", "scenarios.watchers.limits.p95: Must be greater than 0."),
        ("p95 = 500", "p95 = 100", "scenarios.watchers.limits: p50 = 200 is above p95 = 100."),
        ("p95 = 500", "p95 = 2000", "scenarios.watchers.limits: p95 = 2000 is above p99 = 1000."),
        ("error_rate = 0.001", "error_rate = 10", "scenarios.watchers.limits.error_rate: Must be"),
        ("about", 'model = "opne"\nabout', "watchers.model: Must be one of: closed, open."),
        ("about", 'model = "open"\nabout', "watchers.every: The open model needs it"),
        ("about", 'model = "open"\nevery = 5\nexact = true\nabout', "watchers.exact: In the open"),
        ("about", "every = 5\nabout", "watchers.every: The open model needs it"),
        ("about", "exact = 1\nabout", "watchers.exact: Not a valid boolean."),
        ("about", 'own_limits = { x = { p50 = 1 } }\nabout', "own_limits: It does not send x."),
        (f'["{NAME}"]', "[]", "scenarios.watchers.requests: Must not be empty."),
        ("seconds = 10", "second = 10", f"{RUN}.second: Unknown field."),
        (", seconds = 10", "", f"{RUN}.seconds: Only the users of an exact scenario"),
        ("users = 10", "users = 0", f"{RUN}.users: Must be greater than or equal to 1."),
        ("users = 10", 'users = "10"', f"{RUN}.users: Not a valid integer."),
        ("users = 10", "users = 10, limits = {}", f"{RUN}.limits: Must not be empty."),
        ("users = 10", "users = 10, limits = { p95 = 99 }", f"{RUN}.limits: p50 = 200 is above"),
        ("min_samples = 10\n", "min_samples = 0\n", "stages.some.min_samples: Must be greater"),
        ("about =", "abuot =", "scenarios.watchers.about: Missing data for required field."),
        ('lessons/[id]" = {', 'lesson/[id]" = {', "lesson/[id]: No scenario sends it."),
        ("p95 = 200, p99", "p95 = 200, maks", f"targets.{NAME}.maks: Unknown field."),
        ("[targets]", "[target]", "targets: Missing data for required field."),
        ("[stages.some]", "[stages.other]", "There is no stage some, only other"),
        ("[stages.some]", "[stages.some", "gates.toml: Expected"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(tmp_path, old, new, message):
    with pytest.raises(GatesError) as refused:
        changed(tmp_path, (old, new))
    assert message in str(refused.value)


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(GatesError) as refused:
        changed(
            tmp_path,
            ("p95 = 500", 'p95 = "500"'),
            ("users = 10", "users = 0"),
            ('lessons/[id]" = {', 'lesson/[id]" = {'),
            ('scenario = "watchers"', 'scenario = "watcher"'),
        )
    assert sorted(str(refused.value).splitlines()[1:]) == [
        "scenarios.watchers.limits.p95: Not a valid number.",
        "stages.some.runs.0.scenario: There is no scenario watcher.",
        "stages.some.runs.0.users: Must be greater than or equal to 1.",
        "targets.POST /api/v1/progress/lesson/[id]: No scenario sends it.",
    ]


GUIDE = {
    "watchers": {"p50": 200, "p95": 500, "p99": 1000, "error_rate": 0.001},
    "browsers": {"p50": 100, "p95": 300},
    "enrollees": {"p95": 1000},
}
TARGETS = {
    "GET /api/v1/courses": {"p95": 100, "p99": 500},
    "GET /api/v1/lessons/[id]": {"p95": 150, "p99": 750},
    "POST /api/v1/progress/lessons/[id]": {"p95": 200, "p99": 1000},
    "GET /api/v1/gamification/me": {"p95": 100, "p99": 500},
    "POST /api/v1/certificates/courses/[id]": {"p95": 2000, "p99": 5000},
}


def test_the_stages_ask_for_what_the_guide_asks_for():
    runs = {name: read_stage(name) for name in ("development", "staging")}
    for stage in runs.values():
        for name, limits in GUIDE.items():
            (found,) = (run for run in stage if run.scenario == name)
            assert found.limits.items() >= limits.items()
    targets = {name: target for run in runs["staging"] for name, target in run.targets.items()}
    assert targets == TARGETS
    assert max(run.users for run in runs["development"]) == 100
    assert max(run.users for run in runs["staging"]) == 500
    (browsers,) = (run for run in runs["staging"] if run.scenario == "browsers")
    assert browsers.limits["throughput"] == 100


STAGES = tomllib.loads(FILE.read_text("utf-8"))["stages"]


@pytest.mark.parametrize("stage", sorted(STAGES.keys() - {"smoke"}))
def test_only_the_stage_for_tests_has_fewer_samples_than_its_limits_need(stage):
    for run in read_stage(stage):
        needed = max(samples_for(what, limit) for what, limit in run.limits.items())
        assert run.min_scenario_samples == needed
        sent = run.users * run.seconds / run.every if run.model == "open" else needed
        assert sent >= needed
    assert read_stage("smoke")[0].min_scenario_samples < 1000


def test_every_scenario_has_its_file():
    folder = Path(FILE).with_name("scenarios")
    for stage in STAGES:
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


def test_a_web_program_that_ended_before_the_others_is_named():
    other = [one._replace(what="web 2") for one in memory(1.02)]
    ended = [one for one in other if one.at < 500]
    late = [one for one in other if one.at > 200]
    for some, tenth in ((ended, "last"), (late, "second"), ([], "second and the last")):
        # Its processor was looked at, at least once.
        some = [*memory(1.02), *some, Sample(1, "cpu", "web 2", 0.5)]
        one, two = judge_memory(some)
        assert one.is_kept
        assert (two.what, two.seen, two.is_kept) == (
            "memory of web 2",
            f"no samples in the {tenth} tenth of the run",
            False,
        )
