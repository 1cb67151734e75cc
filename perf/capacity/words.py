"""What a law of capacity answers, with how sure it is and what it does not know."""

import math
from collections.abc import Sequence
from statistics import fmean

from perf.capacity.points import Point
from perf.capacity.usl import Law
from perf.stress.other_programs import MOST_OTHERS
from perf.stress.words import EXHAUSTED

EVERY_SECONDS = 5
# Whose work grows with the requests; the workers of jobs have work of their own.
GROUPS = {"web workers": "web ", "PostgreSQL": "PostgreSQL", "HAProxy": "HAProxy", "Redis": "Redis"}


def rate_of(watchers: int) -> float:
    """Updates a second."""
    return watchers / EVERY_SECONDS


def describe(law: Law, of: str) -> str:
    """The law's numbers in a sentence.

    :param of: what N counts, such as `workers`
    """
    (lam, sigma, kappa), intervals = law.values, law.intervals
    said = [
        f"{name} = {value:{form}} (95 %: {low:{form}} to {high:{form}})"
        for name, value, (low, high), form in zip(
            ("one alone (lambda)", "contention (sigma)", "coherency (kappa)"),
            (lam, sigma, kappa),
            intervals,
            (",.0f", ".4f", ".5f"),
            strict=True,
        )
    ]
    low, high = law.measured
    peak = (
        f"the most is {law.at(law.peak):,.0f}/s at N = {law.peak:.1f}"
        if math.isfinite(law.peak)
        else "this law has no peak, and where it would be was not seen"
    )
    if law.peak > high and math.isfinite(law.peak):
        peak += ", which is extrapolated"
    return (
        f"N = {of}, measured from {low:.0f} to {high:.0f}: {', '.join(said)}; R² {law.r2:.3f}, "
        f"{law.error:.1%} away from the points on average; {peak}."
    )


def answer(law: Law, watchers: int, utilisation: float, threads: int) -> str:
    """How many workers and instances so many watchers need, by the law.

    :param utilisation: share of the largest throughput that is to be used
    """
    wanted = rate_of(watchers) / utilisation
    number, (_, most) = law.smallest(wanted), law.measured
    needs = (
        f"{watchers:,} watchers send {rate_of(watchers):,.0f} updates/s; with at most "
        f"{utilisation:.0%} of the throughput in use, {wanted:,.0f}/s must be possible. "
    )
    if number is None:
        top = law.peak if math.isfinite(law.peak) else most
        can = law.at(top) * utilisation * EVERY_SECONDS
        words = (
            "No number of workers reaches that where this was measured: the most is "
            f"{law.at(top):,.0f}/s at {top:.0f} workers, which is enough for {can:,.0f} watchers."
        )
        if not math.isfinite(law.peak):
            words = (
                "No number of workers reaches that where this was measured: by the law even "
                "very many stay below it."
            )
        return needs + words
    low, high = law.band(number)
    said = (
        f"{needs}That takes {number} worker{'s' if number > 1 else ''}, each an instance of its "
        f"own with {threads} threads behind HAProxy: {law.at(number):,.0f}/s (95 %: {low:,.0f} to "
        f"{high:,.0f})."
    )
    if number > most:
        said += (
            f" EXTRAPOLATED: only up to {most:.0f} were measured, so measure {number} before you "
            "rely on it."
        )
    elif low < wanted:
        said += " The lower end is less than what is needed: take one more to be sure."
    return said


def demands(points: Sequence[Point]) -> dict[str, float]:
    """Seconds of a processor that one answer takes, by who works for it."""
    found = {}
    for group, prefix in GROUPS.items():
        shares = [
            sum(cpu for name, cpu in point.cpu.items() if name.startswith(prefix))
            / point.throughput
            for point in points
            if point.cpu and point.throughput
        ]
        found[group] = fmean(shares) if shares else 0.0
    return {group: seconds for group, seconds in found.items() if seconds}


def by_processor_time(points: Sequence[Point], watchers: int, utilisation: float) -> list[str]:
    """The other answer, for machines that have the processors: from what an update costs."""
    costs = demands(points)
    if "web workers" not in costs:
        return []
    rate = rate_of(watchers)
    each = ", ".join(f"{group} {seconds * 1000:.2f} ms" for group, seconds in costs.items())
    workers = math.ceil(rate * costs["web workers"] / utilisation)
    others = ", ".join(
        f"{rate * seconds / utilisation:.1f} for {group}"
        for group, seconds in costs.items()
        if group != "web workers"
    )
    return [
        f"By processor time: an update takes {each} of a processor. {watchers:,} watchers at "
        f"{utilisation:.0%} need at least {workers} worker{'s' if workers > 1 else ''} with a "
        f"processor each, and processors: {others}. That is a lower bound for a machine that has "
        "them all: it takes a further worker to cost the others nothing (sigma = kappa = 0)."
    ]


def limits(points: Sequence[Point], processors: str) -> list[str]:
    """What the answer does not know."""
    said, disturbed = [], max(point.others for point in points)
    if disturbed > MOST_OTHERS:
        said.append(
            f"DISTURBED: other programs used up to {disturbed:.0%} of the processors meanwhile. "
            "Measure again on a machine with nothing else to do."
        )
    full = [
        point.instances
        for point in points
        if point.machine > EXHAUSTED and point.others <= MOST_OTHERS
    ]
    if full:
        said.append(
            f"With {min(full)} worker{'s' if min(full) > 1 else ''} and more all processors "
            f"({processors}) were in use, by client, service and database together. From there on "
            "sigma and kappa are the machine's, not the service's: on more processors a further "
            "worker adds more than this law says, and a law has to be fitted there."
        )
    client = fmean([point.client_cpu for point in points])
    said += [
        f"The client ran beside the service and took {client:.2f} processors of it.",
        "There is one PostgreSQL for all workers. It is not what N counts, and the law knows of it "
        "only what it did here: its own limit (processors, disk, locks) shows beyond the numbers "
        "measured, without a warning in the fit.",
        "Only progress updates were sent. A day has other requests, too, and peaks: what is not "
        "used of the throughput is for those.",
        "The law is about throughput. Latency is what a stress run measures.",
    ]
    return said
