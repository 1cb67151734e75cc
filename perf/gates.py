"""The criteria of gates.toml, held against what was seen."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from perf.clients.open_model import CLIENT_CPU_LIMIT
from perf.percentiles import Figures, figures_by_name
from perf.report.wording import milliseconds, per_second, share
from perf.results import Check, Request, Sample, Scenario

FILE = Path(__file__).with_name("gates.toml")
# Flat is what grows by less.
MEMORY_GROWTH, MEMORY_SECONDS = 1.05, 240
PERCENTILES = {"p50": 50, "p95": 95, "p99": 99}
LIMITS = {*PERCENTILES, "error_rate", "throughput"}
# What a stage may say, a run of it, and a scenario.
STAGE_KEYS = {"min_samples", "targets", "limits", "runs"}
RUN_KEYS = {"scenario", "users", "seconds", "min_samples", "limits"}
SCENARIO_KEYS = {"about", "model", "every", "requests", "limits", "targets", "exact"}


class GatesError(ValueError):
    """gates.toml says something that is not understood."""


@dataclass(frozen=True)
class Planned:
    """One run of a scenario in a stage, with everything that it is judged by.

    :ivar seconds: how long it is judged; None: until all users are done
    :ivar every: seconds between two arrivals of one user, in the open model
    :ivar limits: p50, p95, p99 in ms; error_rate; throughput a second
    :ivar targets: request name -> (p95, p99), in ms
    :ivar is_exact: whether there is one request a user, no more
    """

    scenario: str
    about: str
    model: str
    users: int
    seconds: float | None
    every: float | None
    requests: tuple[str, ...]
    limits: Mapping[str, float]
    targets: Mapping[str, tuple[float, float]]
    min_samples: int
    is_exact: bool


def read_stage(name: str, file: Path = FILE, only: Sequence[str] = ()) -> list[Planned]:
    """The runs of a stage, in order.

    :param only: some of its scenarios instead of all
    :raise GatesError: if the file has no such stage or scenario, or a word that means nothing.
    """
    document = tomllib.loads(file.read_text("utf-8"))
    stages, scenarios = document["stages"], document["scenarios"]
    if name not in stages:
        raise GatesError(f"There is no stage {name}, only {', '.join(stages)}.")
    stage = stages[name]
    planned = [_planned(run, stage, scenarios, document["targets"]) for run in stage["runs"]]
    names = {run.scenario for run in planned}
    if strange := set(only) - names:
        raise GatesError(f"{name} has no scenario {min(strange)}, only {', '.join(sorted(names))}.")
    return [run for run in planned if not only or run.scenario in only]


def _planned(run: dict, stage: dict, scenarios: dict, targets: dict) -> Planned:
    scenario = scenarios.get(run["scenario"])
    if scenario is None:
        raise GatesError(f"There is no scenario {run['scenario']}.")
    limits = scenario["limits"] | stage.get("limits", {}) | run.get("limits", {})
    _check("a stage", stage, STAGE_KEYS)
    _check(run["scenario"], run, RUN_KEYS)
    _check(run["scenario"], scenario, SCENARIO_KEYS)
    _check(run["scenario"], limits, LIMITS)
    known = {request for one in scenarios.values() for request in one["requests"]}
    if strange := targets.keys() - known:
        raise GatesError(f"No scenario sends {', '.join(sorted(strange))}, which has a target.")
    return Planned(
        scenario=run["scenario"],
        about=scenario["about"],
        model=scenario.get("model", "closed"),
        users=run["users"],
        seconds=run.get("seconds"),
        every=scenario.get("every"),
        requests=tuple(scenario["requests"]),
        limits=limits,
        targets={
            request: (target["target"], target["max"])
            for request, target in targets.items()
            if request in scenario["requests"]
            and scenario.get("targets", True)
            and stage.get("targets", True)
        },
        min_samples=run.get("min_samples", stage["min_samples"]),
        is_exact=scenario.get("exact", False),
    )


def _check(name: str, given: Mapping, known: set[str]) -> None:
    if strange := given.keys() - known:
        raise GatesError(f"{name}: {', '.join(sorted(strange))} means nothing.")


def judge(planned: Planned, scenario: Scenario, requests: Sequence[Request]) -> list[Check]:
    """Every criterion of a run, kept or not."""
    seen = figures_by_name(scenario, requests)
    checks = [_client(scenario)]
    for name in sorted({*planned.requests, *seen}):
        figures = seen.get(name)
        if name not in planned.requests:
            checks.append(
                Check(scenario.name, name, "name", "in gates.toml", "missing there", False)
            )
        elif figures is None:
            checks.append(_samples(planned, scenario, name, 0))
        else:
            checks.append(_samples(planned, scenario, name, figures.count))
            checks += _limits(planned, scenario, name, figures) if figures.count else []
    return checks


def _client(scenario: Scenario) -> Check:
    seen, limit = share(scenario.client_cpu), f"≤ {share(CLIENT_CPU_LIMIT)}"
    is_kept = scenario.client_cpu <= CLIENT_CPU_LIMIT
    return Check(scenario.name, "", "client CPU", limit, seen, is_kept, "valid measurement")


def _samples(planned: Planned, scenario: Scenario, name: str, count: int) -> Check:
    if planned.is_exact:
        limit, is_kept = f"= {planned.users}", count == planned.users
    else:
        limit, is_kept = f"≥ {planned.min_samples}", count >= planned.min_samples
    return Check(scenario.name, name, "samples", limit, f"{count}", is_kept, "valid measurement")


def _limits(planned: Planned, scenario: Scenario, name: str, figures: Figures) -> list[Check]:
    checks = []
    for what, limit in planned.limits.items():
        if what in PERCENTILES:
            checks.append(_latency(scenario, name, what, limit, figures, "scenario"))
        elif what == "error_rate":
            rate = figures.error_rate
            checks.append(
                Check(
                    scenario.name,
                    name,
                    "error rate",
                    f"< {share(limit, 1)}" if limit else "= 0",
                    f"{share(rate, 2)}, {figures.errors} of {figures.count}",
                    rate < limit or rate == 0,
                    "scenario",
                )
            )
        else:
            rate = figures.throughput
            seen, wanted = per_second(rate), f"> {limit:g} /s"
            checks.append(Check(scenario.name, name, what, wanted, seen, rate > limit, "scenario"))
    target = planned.targets.get(name)
    if target:
        checks.append(_latency(scenario, name, "p95", target[0], figures, "endpoint target"))
        checks.append(_latency(scenario, name, "p99", target[1], figures, "endpoint maximum"))
    return checks


def _latency(
    scenario: Scenario, name: str, what: str, limit: float, figures: Figures, source: str
) -> Check:
    seen = figures.latency(PERCENTILES[what])
    is_kept = seen * 1000 < limit
    return Check(scenario.name, name, what, f"< {limit:g} ms", milliseconds(seen), is_kept, source)


def judge_memory(samples: Sequence[Sample]) -> list[Check]:
    """Whether the memory of the web workers stays: at the end beside the second tenth of the run.

    Of runs that are shorter than four minutes nothing is said: connections are still made, caches
    are still filled.
    """
    checks, length = [], max((one.at for one in samples), default=0)
    if length < MEMORY_SECONDS:
        return checks
    for name in sorted({one.what for one in samples if one.what.startswith("web ")}):
        mine = [one for one in samples if (one.kind, one.what) == ("rss", name)]
        before, after = (
            median(one.value for one in mine if begin <= one.at / length <= begin + 0.1)
            for begin in (0.1, 0.9)
        )
        seen = f"{after / before - 1:+.1%}, {before / 2**20:.0f} to {after / 2**20:.0f} MiB"
        is_kept = after < MEMORY_GROWTH * before
        limit = f"< {MEMORY_GROWTH - 1:+.0%}"
        checks.append(Check("", "", f"memory of {name}", limit, seen, is_kept, "whole run"))
    return checks
