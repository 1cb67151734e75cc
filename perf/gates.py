"""The criteria of gates.toml, held against what was seen."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from marshmallow import ValidationError

from perf.clients.open_model import CLIENT_CPU_LIMIT
from perf.gates_schema import PERCENTILES, GatesSchema, merged_limits, places
from perf.percentiles import Figures, figures, figures_by_name
from perf.report.wording import milliseconds, per_second, share
from perf.results import Check, Request, Scenario

FILE = Path(__file__).with_name("gates.toml")


class GatesError(ValueError):
    """gates.toml says something that is not understood."""


@dataclass(frozen=True)
class Planned:
    """One run of a scenario in a stage, with everything that it is judged by.

    :ivar seconds: how long it is judged; None: until all users are done
    :ivar every: seconds between two arrivals of one user, in the open model
    :ivar limits: p50, p95, p99, max in ms; error_rate; throughput a second
    :ivar own_limits: request name -> p50, p95, p99, max in ms, in place of those of `limits`
    :ivar targets: request name -> p50, p95, p99, max in ms, beside them
    :ivar min_samples: of each request name
    :ivar min_scenario_samples: of all of them together
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
    own_limits: Mapping[str, Mapping[str, float]]
    targets: Mapping[str, Mapping[str, float]]
    min_samples: int
    min_scenario_samples: int
    is_exact: bool


def read_stage(name: str, file: Path = FILE, only: Sequence[str] = ()) -> list[Planned]:
    """The runs of a stage, in order.

    :param only: some of its scenarios instead of all
    :raise GatesError: if the file has no such stage or scenario, or with all that is wrong in it.
    """
    try:
        document = GatesSchema().load(tomllib.loads(file.read_text("utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise GatesError(f"{file.name}: {error}") from error
    except ValidationError as error:
        lines = "\n".join(places(error.messages))
        raise GatesError(f"{file.name} is not understood:\n{lines}") from error
    stages, scenarios = document["stages"], document["scenarios"]
    if name not in stages:
        raise GatesError(f"There is no stage {name}, only {', '.join(stages)}.")
    stage = stages[name]
    planned = [
        _planned(run, stage, scenarios[run["scenario"]], document["targets"])
        for run in stage["runs"]
    ]
    names = {run.scenario for run in planned}
    if strange := set(only) - names:
        raise GatesError(f"{name} has no scenario {min(strange)}, only {', '.join(sorted(names))}.")
    return [run for run in planned if not only or run.scenario in only]


def _planned(run: dict, stage: dict, scenario: dict, targets: dict) -> Planned:
    limits = merged_limits(scenario, stage, run)
    needed = max(samples_for(what, limit) for what, limit in limits.items())
    has_targets = scenario["targets"] and stage["targets"]
    return Planned(
        scenario=run["scenario"],
        about=scenario["about"],
        model=scenario["model"],
        users=run["users"],
        seconds=run.get("seconds"),
        every=scenario.get("every"),
        requests=tuple(scenario["requests"]),
        limits=limits,
        own_limits=scenario["own_limits"],
        targets={
            request: target
            for request, target in targets.items()
            if has_targets and request in scenario["requests"]
        },
        min_samples=run.get("min_samples", stage["min_samples"]),
        min_scenario_samples=stage.get("min_scenario_samples", needed),
        is_exact=scenario["exact"],
    )


def samples_for(what: str, limit: float) -> int:
    """How many requests are enough to judge a limit by: what is about one in N needs N of them.

    20 for p95, 100 for p99, 1,000 for an error rate of 0.001.
    """
    if what in PERCENTILES:
        beyond = 1 - PERCENTILES[what] / 100
    else:
        beyond = limit if what == "error_rate" else 0
    # In floating point 1 - 0.95 is a little more than 0.05.
    return math.ceil(round(1 / beyond, 6)) if beyond else 1


def judge(planned: Planned, scenario: Scenario, requests: Sequence[Request]) -> list[Check]:
    """Every criterion of a run, kept or not: of each request name, and of all together (no name).

    What has too few samples for a limit is not judged by it, and says so; all together must have
    enough.
    """
    own = [one for one in requests if one.scenario == scenario.name]
    seen = figures_by_name(scenario, own)
    common = [one for one in own if one.name not in planned.own_limits]
    whole = figures(common, scenario.begin, scenario.end)
    checks = [_client(scenario)]
    checks.append(_samples(scenario, "", whole.count, planned.min_scenario_samples))
    # One name is all.
    if len(planned.requests) > 1 and whole.count:
        checks += _limits(planned, scenario, "", whole)
    for name in sorted({*planned.requests, *seen}):
        if name not in planned.requests:
            checks.append(
                Check(scenario.name, name, "name", "in gates.toml", "missing there", False)
            )
            continue
        count = seen[name].count if name in seen else 0
        if planned.is_exact:
            checks.append(_samples(scenario, name, count, planned.users, is_exact=True))
        else:
            checks.append(_samples(scenario, name, count, planned.min_samples))
        if count:
            checks += _limits(planned, scenario, name, seen[name])
    return checks


def _client(scenario: Scenario) -> Check:
    seen, limit = share(scenario.client_cpu), f"≤ {share(CLIENT_CPU_LIMIT)}"
    is_kept = scenario.client_cpu <= CLIENT_CPU_LIMIT
    return Check(scenario.name, "", "client CPU", limit, seen, is_kept, "valid measurement")


def _samples(
    scenario: Scenario, name: str, count: int, wanted: int, is_exact: bool = False
) -> Check:
    is_kept = count == wanted if is_exact else count >= wanted
    limit = f"{'=' if is_exact else '≥'} {wanted:,}"
    return Check(scenario.name, name, "samples", limit, f"{count:,}", is_kept, "valid measurement")


def _limits(planned: Planned, scenario: Scenario, name: str, seen: Figures) -> list[Check]:
    checks, limits = [], planned.limits
    if name in planned.own_limits:
        others = {what: limit for what, limit in limits.items() if what not in PERCENTILES}
        limits = {**planned.own_limits[name], **others}
    for what, limit in limits.items():
        if what in PERCENTILES:
            checks.append(_latency(scenario, name, what, limit, seen, "scenario"))
        elif what == "error_rate":
            checks.append(_errors(scenario, name, limit, seen))
        else:
            rate, wanted = per_second(seen.throughput), f"> {limit:g} /s"
            is_kept = seen.throughput > limit
            checks.append(Check(scenario.name, name, what, wanted, rate, is_kept, "scenario"))
    for what, limit in planned.targets.get(name, {}).items():
        source = "endpoint target" if what in ("p50", "p95") else "endpoint maximum"
        checks.append(_latency(scenario, name, what, limit, seen, source))
    return checks


def _latency(
    scenario: Scenario, name: str, what: str, limit: float, seen: Figures, source: str
) -> Check:
    needed, wanted = samples_for(what, limit), f"< {limit:g} ms"
    if seen.count < needed:
        words = _not_judged(seen, needed)
        return Check(scenario.name, name, what, wanted, words, True, source)
    took = seen.latency(PERCENTILES[what])
    is_kept = took * 1000 < limit
    return Check(scenario.name, name, what, wanted, milliseconds(took), is_kept, source)


def _errors(scenario: Scenario, name: str, limit: float, seen: Figures) -> Check:
    needed, wanted = samples_for("error_rate", limit), f"< {share(limit, 1)}" if limit else "= 0"
    rate, words = seen.error_rate, f"{share(seen.error_rate, 2)}, {seen.errors} of {seen.count}"
    # Few without an error show no such rate; an error among them breaks it all the same.
    if seen.count < needed and not seen.errors:
        words = f"{_not_judged(seen, needed)}, no error"
    is_kept = rate < limit or rate == 0
    return Check(scenario.name, name, "error rate", wanted, words, is_kept, "scenario")


def _not_judged(seen: Figures, needed: int) -> str:
    return f"not judged: {seen.count:,} of {needed:,} samples"
