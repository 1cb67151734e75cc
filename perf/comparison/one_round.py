"""One side under load, once."""

import math
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

from perf.environment import environment
from perf.gates import Planned
from perf.results import Check, Run
from perf.running import run_locust
from perf.sampler import Sampler
from perf.stack import Stack
from perf.stress.level import sampled
from perf.stress.other_programs import busy, others, processor_times, undisturbed
from perf.watching import first_workers, programs_check


def measure_round(folder: Path, side: str, service: Stack, plan: Planned, logins: Path) -> Run:
    """Measure and save; the checks say whether it was undisturbed, and watched to its end.

    :param logins: what `flask seed logins` printed
    :raise ServerError: if Locust does not run; its log says why.
    """
    folder.mkdir()
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    run = Run(folder, f"compare: {side}", started_at, service.url, environment())
    wall, zero = time.time(), time.monotonic()
    spent, times, workers = _spent(), processor_times(), first_workers(service)
    with Sampler(service, run, zero) as sampler:
        run_locust(run, plan, logins, wall)
    client = (_spent() - spent) / (time.monotonic() - zero)
    machine = busy(times, processor_times())
    seen = sampled(run.samples(), 0, math.inf)
    service_cpu = sum(fmean(values) for (kind, _), values in seen.items() if kind == "cpu")
    run.checks.append(undisturbed(plan.scenario, others(machine, service_cpu + client)))
    run.checks.append(programs_check(service, workers, sampler.ended))
    if sampler.error is not None:
        words = f"ended early: {sampler.error!r}"
        run.checks.append(Check("", "", "samples", "whole run", words, False, "valid measurement"))
    run.save()
    return run


def _spent() -> float:
    """Seconds of a processor, of this process and of those that have ended: Locust, not servers."""
    return sum(os.times()[:4])
