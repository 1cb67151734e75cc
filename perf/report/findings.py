"""What is wrong with a run, in sentences, the worst first: what broke, when, and what was busy."""

import math
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean

from perf.report.timeline import Interval, Series, cut
from perf.report.wording import Limit, clock, clock_digits, read_limit, share
from perf.results import Check, Request, Run, Scenario

BUSY = 0.9  # share of a processor, or of all of them
CLIENT_BUSY = 0.8
# What makes all else doubtful comes first, then what is wrong rather than slow.
GRAVEST_FIRST = ("programs", "client CPU", "samples", "invariants", "deadlocks", "error rate")
# These have no time.
TIMELESS = GRAVEST_FIRST[:5]


@dataclass(frozen=True)
class Breach:
    """A check that is not kept.

    :ivar sentence: what, how much, the limit, and when
    :ivar cause: what was busy at that time, or that nothing was
    :ivar spans: when, in seconds from the run's start
    """

    check: Check
    sentence: str
    cause: str
    spans: list[tuple[float, float]]


def breaches(
    run: Run, requests: list[Request], series: dict[str, dict[str, Series]]
) -> list[Breach]:
    """Every check that is not kept, the biggest problem first."""
    return [
        _breach(run, check, requests, series)
        for check in sorted((check for check in run.checks if not check.is_kept), key=_gravity)
    ]


def _gravity(check: Check) -> tuple[int, float]:
    if check.what in GRAVEST_FIRST:
        return GRAVEST_FIRST.index(check.what), 0
    return len(GRAVEST_FIRST), -_times_over(check)


def _times_over(check: Check) -> float:
    limit, seen = read_limit(check.limit), read_limit(check.seen)
    if not limit or not seen or not limit.value or not seen.value:
        return 0
    return seen.value / limit.value if limit.is_upper else limit.value / seen.value


def _breach(run, check, requests, series) -> Breach:
    scenario = next((one for one in run.scenarios if one.name == check.scenario), None)
    of_whom = check.scenario or "the whole run"
    if check.request and check.request != check.scenario:
        of_whom += f", {check.request}"
    sentence = f"{of_whom}: {check.what} {check.seen}, limit {check.limit}"
    spans: list[tuple[float, float]] = []
    cause = ""
    if scenario and check.what not in TIMELESS:
        intervals = cut(_checked(scenario, check, requests), scenario.begin, scenario.end)
        broken = [_is_broken(interval, check) for interval in intervals]
        spans = _stretches(intervals, broken)
        sentence += f", {_when(intervals, broken)}"
        cause = busy(run, scenario, series, spans)
    return Breach(check, f"{sentence}.", cause, spans)


def _checked(scenario: Scenario, check: Check, requests: list[Request]) -> list[Request]:
    """The requests that a check is about: those of its name, or all if no request has it."""
    of_scenario = [request for request in requests if request.scenario == scenario.name]
    return [one for one in of_scenario if one.name == check.request] or of_scenario


def _is_broken(interval: Interval, check: Check) -> bool:
    limit = read_limit(check.limit)
    value = _value(interval, check.what)
    return limit is not None and value is not None and _is_beyond(value, limit)


def _is_beyond(value: float, limit: Limit) -> bool:
    return value > limit.value if limit.is_upper else value < limit.value


def _value(interval: Interval, what: str) -> float | None:
    if what == "error rate":
        return interval.figures.error_rate
    if what == "throughput":
        return interval.figures.throughput
    if what == "max":
        return interval.figures.latency(100)
    if what.startswith("p") and what[1:].replace(".", "", 1).isdigit():
        return interval.figures.latency(float(what[1:]))
    return None


def _stretches(intervals: list[Interval], broken: list[bool]) -> list[tuple[float, float]]:
    groups = groupby(zip(intervals, broken, strict=True), key=lambda pair: pair[1])
    stretches = [[interval for interval, _ in pairs] for is_broken, pairs in groups if is_broken]
    return [(stretch[0].begin, stretch[-1].end) for stretch in stretches]


def _when(intervals: list[Interval], broken: list[bool]) -> str:
    if not any(broken):
        return "in no interval by itself"
    digits = clock_digits(intervals[-1].end - intervals[0].begin)
    first = broken.index(True)
    since = broken[first:]
    if sum(since) >= 0.8 * len(since) and len(since) > 1:
        return "throughout" if first == 0 else f"from {clock(intervals[first].begin, digits)} on"
    stretches = _stretches(intervals, broken)
    begin, end = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    end = end if digits else math.ceil(end - 0.001)
    longest = f"from {clock(begin, digits)} to {clock(end, digits)}"
    if len(stretches) == 1:
        return longest
    return f"in {len(stretches)} stretches, the longest {longest}"


def busy(
    run: Run,
    scenario: Scenario,
    series: dict[str, dict[str, Series]],
    spans: list[tuple[float, float]],
) -> str:
    """What was at its limit in the spans, or where there are none while the scenario was judged."""
    spans = spans or [(scenario.begin, scenario.end)]
    said, cpu = [], {}
    for what, one in series.get("cpu", {}).items():
        values = _in_spans(one, spans)
        if values:
            cpu[what] = fmean(values)
    for what, used in sorted(cpu.items(), key=lambda item: -item[1]):
        if used > BUSY:
            said.append(f"{what} used {share(used)} of a core")
    processors = run.environment.get("processors", "").split()[:1]
    if processors and processors[0].isdigit() and sum(cpu.values()) > BUSY * int(processors[0]):
        said.append(
            f"all processes together used {sum(cpu.values()):.1f} of {processors[0]} processors"
        )
    # For a connection to the database nobody waits: each thread of a gunicorn has one.
    waiting = _in_spans(series.get("proxy", {}).get("queue", Series()), spans)
    if waiting and max(waiting) >= 1:
        said.append(f"up to {max(waiting):,.0f} requests waited in the proxy's queue")
    if scenario.client_cpu > CLIENT_BUSY:
        said.append(f"the client used {share(scenario.client_cpu)} of a core, which distorts")
    if said:
        return "At that time " + "; ".join(said) + "."
    return "Nothing that was watched was at its limit at that time." if series else ""


def _in_spans(series: Series, spans) -> list[float]:
    return [value for begin, end in spans for value in series.between(begin, end)]
