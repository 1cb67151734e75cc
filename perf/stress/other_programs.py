"""Whether other programs took processors away from what is measured."""

import os

import psutil

from perf.results import Check

# What others use may be no more of all processors: it is taken from service and client.
MOST_OTHERS = 0.1


def others(machine: float, ours: float) -> float:
    """Share of all processors that programs of somebody else used.

    :param machine: share of all processors that was in use
    :param ours: processors that service and client used
    """
    return max(0.0, machine - ours / (os.cpu_count() or 1))


def undisturbed(scenario: str, share: float) -> Check:
    """Whether other programs left the processors to the measurement.

    :param share: of all processors that they used
    """
    limit, seen = (f"{one:.0%} of the processors" for one in (MOST_OTHERS, share))
    is_kept = share <= MOST_OTHERS
    source = "valid measurement"
    return Check(scenario, "", "other programs", f"<= {limit}", seen, is_kept, source)


def processor_times() -> tuple[float, float]:
    """Seconds of all processors since the start: idle, and altogether."""
    times = psutil.cpu_times()
    # The time of guests is counted in `user` already.
    return times.idle + times.iowait, sum(times) - times.guest - times.guest_nice


def busy(before: tuple[float, float], after: tuple[float, float]) -> float:
    """Share of all processors that was in use between two `processor_times`."""
    idle, everything = (b - a for a, b in zip(before, after, strict=True))
    return 1 - idle / everything if everything else 0.0
