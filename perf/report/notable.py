"""What stands out in a run whether or not a limit is broken: stalls, a slow time, a backlog."""

from itertools import pairwise
from statistics import fmean, median

from perf.percentiles import figures, is_judged
from perf.report.timeline import cut
from perf.report.wording import clock, clock_digits, milliseconds, per_second
from perf.results import Request, Scenario

# A stall: so long without an answer, which is so many times longer than usual.
STALL_SECONDS, STALL_FACTOR = 0.5, 10
SLOW_FACTOR = 5


def notable(scenario: Scenario, requests: list[Request]) -> list[str]:
    """What stands out in a scenario, a sentence each."""
    own = [request for request in requests if request.scenario == scenario.name]
    sentences = []
    for begin, end in stalls(own):
        waiting = sum(one.due < end and one.due + one.seconds >= end for one in own)
        ramp = "" if begin >= scenario.begin else ", in the ramp"
        sentences.append(
            f"{scenario.name}: from {clock(begin, 1)} no answer came for {end - begin:.1f} s while "
            f"{waiting:,} request{'s' * (waiting != 1)} waited{ramp}."
        )
    judged = [request for request in own if is_judged(scenario, request)]
    intervals = [one for one in cut(judged, scenario.begin, scenario.end) if one.figures.count]
    if len(intervals) > 2:
        slowest = max(intervals, key=lambda one: fmean(one.figures.ordered))
        usual = median(one.figures.latency(99) for one in intervals)
        if slowest.figures.latency(99) > SLOW_FACTOR * usual:
            digits = clock_digits(scenario.end - scenario.begin)
            sentences.append(
                f"{scenario.name}: slowest at {clock(slowest.begin, digits)}, where p99 was "
                f"{milliseconds(slowest.figures.latency(99))}; half of the time it is below "
                f"{milliseconds(usual)}."
            )
    whole = figures(own, scenario.begin, scenario.end)
    if scenario.model == "open" and whole.count:
        due = whole.count / (scenario.end - scenario.begin)
        if whole.throughput < 0.95 * due:
            sentences.append(
                f"{scenario.name}: {per_second(due)} were due, "
                f"{per_second(whole.throughput)} were answered as expected."
            )
    return sentences


def stalls(requests: list[Request], most: int = 3) -> list[tuple[float, float]]:
    """The longest times without an answer though requests waited, in order.

    :return: begin and end of each, in seconds from the run's start
    """
    ends = sorted(request.due + request.seconds for request in requests)
    if len(ends) < 2:
        return []
    usual = (ends[-1] - ends[0]) / (len(ends) - 1)
    least = max(STALL_SECONDS, STALL_FACTOR * usual)
    gaps = [(a, b) for a, b in pairwise(ends) if b - a >= least]
    gaps = sorted(gaps, key=lambda gap: gap[0] - gap[1])[: 10 * most]
    # Users who pause together are none.
    waited = [
        (a, b)
        for a, b in gaps
        if any(one.due <= (a + b) / 2 and one.due + one.seconds >= b for one in requests)
    ]
    return sorted(waited[:most])
