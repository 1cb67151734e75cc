"""One page that shows two runs side by side: what got faster or slower, and what differs otherwise.

    .venv/bin/python -m perf.report.compare BEFORE AFTER [--output FILE]

Both are folders of runs; without --output it writes AFTER/compare.html. It exits with 2 where one
is none.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from perf.percentiles import Figures, figures_by_name
from perf.report.charts import Line, over_percentiles
from perf.report.page import render
from perf.report.pictures import Key, Picture
from perf.report.reading import read_or_refuse
from perf.report.timeline import percentile_curve
from perf.report.verdict import model
from perf.report.wording import NOTHING, milliseconds, per_second, share
from perf.results import Run, Scenario

# Less than this may be chance.
SAME = 1.05
# With more errors than this, times say nothing: to refuse is quick.
MOST_ERRORS = 0.01
NONE = Figures([], 0, 0.0)


@dataclass(frozen=True)
class Cell:
    """A number before and after; `kind` is kept, broken or nothing, the class of its colour."""

    before: str
    after: str
    ratio: str
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """A request name: p50, p95, p99, throughput and errors."""

    scenario: str
    model: str
    name: str
    cells: list[Cell]


def write_comparison(before: Run, after: Run, path: Path) -> None:
    """Write the page."""
    path.write_text(comparison(before, after), "utf-8")


def comparison(before: Run, after: Run) -> str:
    """The page."""
    left, right = _figures(before), _figures(after)
    models = {one.name: model(one) for run in (after, before) for one in run.scenarios}
    keys = [*left, *(key for key in right if key not in left)]
    pairs = {key: (left.get(key, NONE), right.get(key, NONE)) for key in keys}
    return render(
        "compare.html",
        before=before,
        after=after,
        facts=_facts(before, after),
        unlike=_unlike(before.scenarios, after.scenarios),
        rows=[Row(key[0], models[key[0]], key[1], _cells(*pair)) for key, pair in pairs.items()],
        drawn=[
            _curves(f"{scenario}: {name}", models[scenario], *pair)
            for (scenario, name), pair in pairs.items()
        ],
    )


def _figures(run: Run) -> dict[tuple[str, str], Figures]:
    requests = run.requests()
    return {
        (scenario.name, name): some
        for scenario in run.scenarios
        for name, some in figures_by_name(scenario, requests).items()
    }


def _facts(before: Run, after: Run) -> list[tuple[str, str, str]]:
    facts = [
        ("stage", before.stage, after.stage),
        ("started", before.started_at, after.started_at),
        ("host", before.host, after.host),
    ]
    names = [*before.environment, *(n for n in after.environment if n not in before.environment)]
    for name in names:
        pair = before.environment.get(name, NOTHING), after.environment.get(name, NOTHING)
        facts.append((name, *pair))
    return facts


def _unlike(before: list[Scenario], after: list[Scenario]) -> list[str]:
    """The scenarios whose load was another, or that only one run has."""
    left = {one.name: model(one) for one in before}
    right = {one.name: model(one) for one in after}
    return [
        f"{name}: {left.get(name, 'not run')}, then {right.get(name, 'not run')}"
        for name in [*left, *(name for name in right if name not in left)]
        if left.get(name) != right.get(name)
    ]


def _cells(before: Figures, after: Figures) -> list[Cell]:
    cells = []
    spoilt = [(one.error_rate or 0) > MOST_ERRORS for one in (before, after)]
    for percent in (50, 95, 99):
        pair = before.latency(percent), after.latency(percent)
        written = [
            milliseconds(took) + " (errors)" * is_spoilt
            for took, is_spoilt in zip(pair, spoilt, strict=True)
        ]
        ratio = ("not compared", "") if any(spoilt) else _ratio(*pair, "slower", "faster")
        cells.append(Cell(*written, *ratio))
    rates = [one.throughput if one.count else None for one in (before, after)]
    written = [NOTHING if rate is None else per_second(rate) for rate in rates]
    cells.append(Cell(*written, *_ratio(*rates, "more", "less")))
    errors = before.error_rate, after.error_rate
    kind = ""
    if None not in errors and errors[0] != errors[1]:
        kind = "broken" if errors[1] > errors[0] else "kept"
    words = {"broken": "more", "kept": "fewer"}.get(kind, "")
    return [*cells, Cell(*(share(one, 2) for one in errors), words, kind)]


def _ratio(before: float | None, after: float | None, up: str, down: str) -> tuple[str, str]:
    """`2.8 times faster` and the class of its colour; `up` is the word for more than before."""
    if not before or not after:
        return "", ""
    times = max(after / before, before / after)
    if times < SAME:
        return "same", ""
    word = up if after > before else down
    return f"{times:,.1f} times {word}", "kept" if word in ("faster", "more") else "broken"


def _curves(title: str, source: str, before: Figures, after: Figures) -> Picture:
    lines, keys = [], []
    for name, some, colour, style in (
        ("before", before, "faint", "--"),
        ("after", after, "series1", "-"),
    ):
        if some.count:
            xs, ys = zip(*percentile_curve(some.ordered), strict=True)
            lines.append(Line(name, xs, ys, colour, style, 2))
        keys.append(Key(colour, style, name, f"p99 {milliseconds(some.latency(99))}"))
    described = "; ".join(f"{key.name} {key.value}" for key in keys)
    return Picture(title, source, over_percentiles(title, described, lines), keys)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    path = options.output or options.after / "compare.html"
    before, after = (read_or_refuse(parser, one) for one in (options.before, options.after))
    write_comparison(before, after, path)
    print(path)


if __name__ == "__main__":
    main()
