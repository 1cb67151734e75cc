"""The pictures of a scenario: which lines each chart has, its limits, and what it says in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from perf.percentiles import Figures, figures
from perf.report.axes import Mark
from perf.report.charts import (
    Line,
    Span,
    latency_tick,
    line_style,
    over_percentiles,
    over_time,
)
from perf.report.timeline import cut, percentile_curve
from perf.report.verdict import model
from perf.report.wording import NOTHING, milliseconds, per_second, read_limit, share
from perf.results import Check, Request, Scenario

LATENCIES = ((50, "series1", 1.4), (95, "series2", 1.4), (99, "series4", 1.4))
# More lines than this cannot be told apart.
MOST_LINES = 8


@dataclass(frozen=True)
class Key:
    """A line of the legend: its colour and style, its name, and a number to go with it."""

    colour: str
    style: str
    name: str
    value: str = ""


@dataclass(frozen=True)
class Picture:
    """`source` names the model that its numbers come from; `note` says how to read it."""

    title: str
    source: str
    svg: str
    keys: list[Key] = field(default_factory=list)
    note: str = ""


def latency(
    scenario: Scenario,
    requests: list[Request],
    checks: Sequence[Check],
    spans: Sequence[tuple[float, float]] = (),
    name: str = "",
) -> Picture:
    """Percentiles over time of the scenario's requests, or of those with a name.

    :param checks: whose limits are drawn
    :param spans: in which a limit was broken
    """
    title = f"{scenario.name}: latency over time" + (f" of {name}" if name else "")
    some = [one for one in requests if one.name == name or not name]
    intervals = cut(some, *_whole(scenario, some))
    xs = [one.middle for one in intervals]
    lines, keys = [], []
    slowest = [one.figures.latency(100) for one in intervals]
    lines.append(Line("slowest", xs, slowest, "faint", ":", 1))
    judged = _judged(scenario, some)
    for percent, colour, width in LATENCIES:
        ys = [one.figures.latency(percent) for one in intervals]
        lines.append(Line(f"p{percent}", xs, ys, colour, width=width))
        keys.append(Key(colour, "-", f"p{percent}", milliseconds(judged.latency(percent))))
    keys.append(Key("faint", ":", "slowest", milliseconds(judged.latency(100))))
    marks = [Mark(f"{what} {limit}", value) for what, limit, value in _limits(checks)]
    every = f"Each point is an interval of {_width(intervals)}."
    note = every + (" Red stretches break a limit." if spans else "")
    shaded = [*(Span(*span, "bad") for span in spans), *unjudged(scenario, some)]
    described = "; ".join(f"{key.name} {key.value}" for key in keys)
    svg = over_time(title, described, lines, latency_tick, marks, shaded, is_log=True)
    return Picture(title, model(scenario), svg, keys, note)


def throughput(scenario: Scenario, requests: list[Request], checks: Sequence[Check]) -> Picture:
    """What was due, what was answered, and errors, each a second, over time."""
    title = f"{scenario.name}: throughput and errors"
    begin, _ = _whole(scenario, requests)
    last = max((one.due for one in requests), default=0)
    # While the last answers come nothing is sent, and fewer and fewer are answered: no drop.
    intervals = cut(requests, begin, max(last, scenario.end))
    xs = [one.middle for one in intervals]
    rates = [one.due_per_second if one.begin <= last else None for one in intervals]
    due = Line("sent", xs, rates, "faint", "--", 1.2)
    done = [one.figures.throughput for one in intervals]
    answered = Line("answered as expected", xs, done, "series1")
    judged = _judged(scenario, requests)
    seconds = scenario.end - scenario.begin
    sent = judged.count / seconds if seconds > 0 else 0
    keys = [
        Key("faint", "--", "due" if scenario.model == "open" else "sent", per_second(sent)),
        Key("series1", "-", "answered as expected", per_second(judged.throughput)),
        Key("bad", "-", "errors", f"{judged.errors:,} ({share(judged.error_rate, 2)})"),
    ]
    errors = None
    if any(one.figures.errors for one in intervals):
        errors = Line("errors", xs, [one.errors_per_second for one in intervals])
    marks = [
        Mark(f"{check.what} {check.limit}", limit.value)
        for check in checks
        if check.what == "throughput" and (limit := read_limit(check.limit))
    ]
    described = "; ".join(f"{key.name} {key.value}" for key in keys)
    svg = over_time(
        title,
        described,
        [due, answered],
        marks=marks,
        spans=unjudged(scenario, requests),
        errors=errors,
    )
    note = f"Requests a second, in intervals of {_width(intervals)}."
    return Picture(title, model(scenario), svg, keys, note)


def curves(
    scenario: Scenario, by_name: dict[str, Figures], checks: Sequence[Check], title: str = ""
) -> Picture:
    """Latency over percentiles, a line a request name; the slowest names if they are many."""
    title = title or f"{scenario.name}: latency by percentile"
    names = [name for name, some in by_name.items() if some.count]
    names.sort(key=lambda name: by_name[name].latency(95), reverse=True)
    lines, keys, marks = [], [], []
    for number, name in enumerate(names[:MOST_LINES]):
        curve = percentile_curve(by_name[name].ordered)
        colour, style = line_style(number)
        lines.append(Line(name, *zip(*curve, strict=True), colour, style))
        own = _limits([one for one in checks if one.request == name])
        value = f"p99 {milliseconds(by_name[name].latency(99))}"
        if own and len(names) > 1:
            value += f" (limit {', '.join(f'{what} {limit}' for what, limit, _ in own)})"
            marks += [Mark("", limit, float(what[1:]), colour) for what, _, limit in own]
        keys.append(Key(colour, style, name, value))
    # Limits of everything are red and say what they are; those of one of many names are in the key.
    common = [one for one in checks if len(names) == 1 or one.request not in by_name]
    marks += [
        Mark(f"{what} {limit}", value, float(what[1:])) for what, limit, value in _limits(common)
    ]
    note = "Further to the right, fewer requests are slower."
    if marks:
        note += " A line must stay below its limits: bars of its colour, and red."
    if len(names) > MOST_LINES:
        note += f" The {MOST_LINES} slowest of {len(names)} names are drawn."
    described = "; ".join(f"{key.name} {key.value}" for key in keys)
    svg = over_percentiles(title, described, lines, marks)
    return Picture(title, model(scenario), svg, keys, note)


def _limits(checks: Sequence[Check]) -> list[tuple[str, str, float]]:
    found = {
        (check.what, check.limit, limit.value)
        for check in checks
        if check.what[:1] == "p" and check.what[1:].replace(".", "", 1).isdigit()
        if (limit := read_limit(check.limit))
    }
    return sorted(found)


def _judged(scenario: Scenario, requests: list[Request]) -> Figures:
    return figures(requests, scenario.begin, scenario.end)


def _whole(scenario: Scenario, requests: list[Request]) -> tuple[float, float]:
    """From the first request, in the ramp, to when the last was answered."""
    first = min((one.due for one in requests), default=scenario.begin)
    last = max((one.due + one.seconds for one in requests), default=scenario.end)
    return min(first, scenario.begin), max(last + 1e-6, scenario.end)


def unjudged(scenario: Scenario, requests: list[Request]) -> list[Span]:
    """The ramp, and what came after the end, where there is such a time."""
    begin, end = _whole(scenario, requests)
    spans = [Span(begin, scenario.begin, "ramp"), Span(scenario.end, end, "rest")]
    return [span for span in spans if span.end - span.begin > 0.001]


def _width(intervals) -> str:
    return f"{intervals[0].end - intervals[0].begin:g} s" if intervals else NOTHING
