"""The numbers that are computed from requests: the same ones for gate, report and comparison."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from perf.results import Request, Scenario


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The nearest rank: the smallest value that `percent` % of the values do not exceed.

    It is one of the values, never between two of them.

    :param ordered: the values, smallest first
    :param percent: from 0, the smallest, to 100, the largest
    :raise ValueError: if there are no values, or no such percentile.
    """
    if not ordered or not 0 <= percent <= 100:
        raise ValueError(f"no {percent}th percentile of {len(ordered)} values")
    # In floating point 7 % of 100 is a little more than 7, which would be the 8th.
    rank = math.ceil(round(len(ordered) * percent / 100, 6))
    return ordered[max(rank, 1) - 1]


@dataclass(frozen=True)
class Figures:
    """What is said about some requests.

    :ivar ordered: how long each took, also those in error, in seconds, shortest first
    :ivar throughput: a second, answered as expected while it was judged
    :ivar error_rate: share of the requests that were an error, or None without any request
    """

    ordered: list[float]
    errors: int
    throughput: float

    @property
    def count(self) -> int:
        """Of the requests that were judged."""
        return len(self.ordered)

    @property
    def error_rate(self) -> float | None:
        return self.errors / self.count if self.ordered else None

    def latency(self, percent: float) -> float | None:
        """Seconds, or None without any request."""
        return percentile(self.ordered, percent) if self.ordered else None


def is_judged(scenario: Scenario, request: Request) -> bool:
    """Whether it was due after the ramp and before the end."""
    return scenario.begin <= request.due < scenario.end


def figures(requests: Iterable[Request], begin: float, end: float) -> Figures:
    """Of the requests that were due between the two, in seconds from the run's start.

    Throughput counts by when the answers came: a server that falls behind an open model is as fast
    as it answers, not as fast as it is asked.
    """
    ordered, errors, answered = [], 0, 0
    for request in requests:
        if begin <= request.due < end:
            ordered.append(request.seconds)
            errors += request.is_error
        answered += not request.is_error and begin <= request.due + request.seconds < end
    ordered.sort()
    return Figures(ordered, errors, answered / (end - begin) if end > begin else 0.0)


def figures_by_name(scenario: Scenario, requests: Iterable[Request]) -> dict[str, Figures]:
    """Of each request name of the scenario, as it is judged."""
    by_name: dict[str, list[Request]] = {}
    for request in requests:
        if request.scenario == scenario.name:
            by_name.setdefault(request.name, []).append(request)
    return {
        name: figures(some, scenario.begin, scenario.end) for name, some in sorted(by_name.items())
    }
