"""A run cut into intervals of equal width: what the figures over time show.

There are at most about a hundred of them, so that a run of a minute and one of a day with millions
of requests make a page of the same size.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean

from perf.percentiles import Figures, figures, percentile
from perf.results import Request, Sample

MOST_INTERVALS = 150
# An interval with fewer requests than this has a p95 that is chance.
FEWEST_REQUESTS = 20
WIDTHS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600)


@dataclass(frozen=True)
class Interval:
    """`begin` and `end` in seconds from the run's start, and the figures between."""

    begin: float
    end: float
    figures: Figures

    @property
    def middle(self) -> float:
        return (self.begin + self.end) / 2

    @property
    def due_per_second(self) -> float:
        return self.figures.count / (self.end - self.begin)

    @property
    def errors_per_second(self) -> float:
        return self.figures.errors / (self.end - self.begin)


def cut(requests: list[Request], begin: float, end: float) -> list[Interval]:
    """The intervals from `begin` to `end`, each with the figures of the requests due in it.

    The last is between half as wide as the others and half wider.
    """
    if end <= begin:
        return []
    width = interval_width(end - begin, len(requests))
    # What is left over at the end goes with the last: by itself it would say little.
    count = max(1, math.floor(round((end - begin) / width + 0.5, 6)))
    edges = [*(begin + i * width for i in range(count)), end]
    # Each interval needs those due in it and those whose answer came in it.
    parts: list[list[Request]] = [[] for _ in range(count)]
    for request in requests:
        due = bisect_right(edges, request.due) - 1
        came = bisect_right(edges, request.due + request.seconds) - 1
        for index in {due, came}:
            if 0 <= index < count:
                parts[index].append(request)
    return [
        Interval(left, right, figures(part, left, right))
        for part, left, right in zip(parts, edges, edges[1:], strict=False)
    ]


def interval_width(seconds: float, requests: int = 0) -> float:
    """Seconds: a round number that gives intervals enough requests and pages few intervals."""
    for width in WIDTHS:
        is_filled = not requests or requests * width / seconds >= FEWEST_REQUESTS
        if seconds / width <= MOST_INTERVALS and (is_filled or seconds / width <= 10):
            return width
    return seconds / MOST_INTERVALS


@dataclass
class Series:
    """What was sampled of one thing, in order: `at` in seconds, `values` as they were."""

    at: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def between(self, begin: float, end: float) -> list[float]:
        """The values from `begin` to `end`."""
        return self.values[bisect_left(self.at, begin) : bisect_right(self.at, end)]

    def thinned(self, width: float, choose=fmean) -> tuple[list[float], list[float]]:
        """Middles of the intervals that have samples, and what `choose` makes of each."""
        parts: dict[int, list[float]] = {}
        for at, value in zip(self.at, self.values, strict=True):
            parts.setdefault(int(at // width), []).append(value)
        return (
            [(index + 0.5) * width for index in parts],
            [choose(values) for values in parts.values()],
        )


def series_by_kind(samples: Iterable[Sample]) -> dict[str, dict[str, Series]]:
    """What was sampled by kind and by what it is of."""
    kinds: dict[str, dict[str, Series]] = {}
    for sample in sorted(samples):
        series = kinds.setdefault(sample.kind, {}).setdefault(sample.what, Series())
        series.at.append(sample.at)
        series.values.append(sample.value)
    return kinds


def hit_rate(cache: dict[str, Series], width: float) -> tuple[list[float], list[float]]:
    """Middles of the intervals in which the cache was asked, and the share of hits in each.

    Hits and misses are counted since the start of the cache; a counter that falls back to zero
    began anew.
    """
    if not {"hits", "misses"} <= cache.keys():
        return [], []
    hits, misses = _gains(cache["hits"], width), _gains(cache["misses"], width)
    asked = sorted(i for i in hits.keys() | misses.keys() if hits.get(i, 0) + misses.get(i, 0))
    return (
        [(i + 0.5) * width for i in asked],
        [hits.get(i, 0) / (hits.get(i, 0) + misses.get(i, 0)) for i in asked],
    )


def _gains(counter: Series, width: float) -> dict[int, float]:
    gains: dict[int, float] = {}
    for at, before, now in zip(counter.at[1:], counter.values, counter.values[1:], strict=False):
        index = int(at // width)
        gains[index] = gains.get(index, 0) + (now - before if now >= before else now)
    return gains


def percentile_curve(ordered: list[float], points: int = 120) -> list[tuple[float, float]]:
    """Percentiles from 0 to the last that the number of values can tell, denser in the tail.

    The last point is the largest value.
    """
    if not ordered:
        return []
    count = len(ordered)
    # Each factor of ten in the share that is slower is as wide as the one before.
    percents = [100 * (1 - count ** (-i / points)) for i in range(points)]
    curve = [(percent, percentile(ordered, percent)) for percent in percents]
    return [*curve, (100 * (1 - 1 / count), ordered[-1])]
