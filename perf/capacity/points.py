"""What a law of capacity is fitted to: throughputs at saturation, from stress runs or measured."""

import json
import random
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from statistics import fmean

from perf.clients.closed_model import send_in_loop
from perf.clients.open_model import CLIENT_CPU_LIMIT, Call, client_processes
from perf.environment import environment
from perf.percentiles import figures
from perf.results import Run, Scenario
from perf.scenarios.open_model import watchers
from perf.stack import start_stack
from perf.stress.level import Level, Setting, sampled
from perf.stress.other_programs import busy, others, processor_times
from perf.stress.run import LEVELS, read_levels
from perf.watching import watched

POINTS = "capacity.json"
# Enough that nobody's lesson is updated twice in 5 s, at 2,000 updates a second.
SENDERS = 10_000
WARM_SECONDS = 1
SECONDS = 6
MOST_ERRORS = 0.001
# With so many instances the number of requests at once is varied, too.
SWEPT = 2


@dataclass(frozen=True)
class Point:
    """A throughput that was seen.

    :ivar instances: gunicorns with one worker each, so also the number of workers
    :ivar concurrency: requests on their way at once
    :ivar throughput: answers a second that were no errors
    :ivar is_saturated: whether more requests at once would not have been answered faster
    :ivar machine: share of all processors that was in use, by whatever
    :ivar cpu: program -> share of a processor, on average
    """

    instances: int
    threads: int
    concurrency: int
    throughput: float
    is_saturated: bool
    machine: float
    client_cpu: float
    begin: float = 0
    end: float = 0
    cpu: dict[str, float] = field(default_factory=dict)

    @property
    def others(self) -> float:
        """Share of all processors that neither the service nor the client used."""
        return others(self.machine, sum(self.cpu.values()) + self.client_cpu)


def read_points(folder: Path) -> list[Point]:
    """The points of a measurement, or of a stress run.

    :raise FileNotFoundError: if the folder has neither, or the run is of a host.
    """
    if (folder / POINTS).exists():
        return [Point(**one) for one in json.loads((folder / POINTS).read_text("utf-8"))]
    if not (folder / LEVELS).exists():
        raise FileNotFoundError(f"{folder} is neither a stress run nor a measurement of capacity.")
    levels = read_levels(folder)
    if not all(level.is_own for level in levels):
        raise FileNotFoundError(f"{folder} is of a host: how many workers it has is not known.")
    return points_of_levels(levels)


def points_of_levels(levels: Iterable[Level]) -> list[Point]:
    """On both sides of where each setting broke; what a busy client measured is left out.

    Far above it the service is busy with refusing, and far below it nothing is saturated. Where
    it never broke there is no point.
    """

    def setting(level: Level) -> tuple[int, int]:
        return level.instances, level.threads

    points = []
    for _, some in groupby(sorted(levels, key=setting), setting):
        valid = sorted((one for one in some if one.is_valid), key=lambda one: one.watchers)
        above = next((one for one in valid if one.broken), None)
        if above is None:
            continue
        below = [one for one in valid if one.watchers < above.watchers][-1:]
        points += [_point(level) for level in (*below, above)]
    return points


def _point(level: Level) -> Point:
    return Point(
        instances=level.instances,
        threads=level.threads,
        concurrency=level.instances * level.threads,
        throughput=level.throughput,
        is_saturated=True,
        machine=level.machine,
        client_cpu=level.clients_cpu,
        begin=level.begin,
        end=level.end,
        cpu=level.cpu,
    )


def measure(
    folder: Path,
    load: Sequence[str],
    data: Path,
    settings: Sequence[Setting],
    seconds: float = SECONDS,
    learners: int = SENDERS,
    calls_of: Callable[[Sequence[dict]], list[Call]] = watchers,
) -> Run:
    """Measure points in the closed model, each twice; saves them with the run.

    :param load: arguments of `flask seed load`, whose data stay in `data`
    :param seconds: each point is judged
    :param calls_of: what so many learners send, in turn
    :raise ServerError: if a program does not start, or the data have fewer learners.
    """
    folder.mkdir(parents=True)
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    run = Run(folder, "capacity", started_at, "", environment() | {"data": " ".join(load)})
    points: list[Point] = []
    zero, draw = time.monotonic(), random.Random(1)
    with client_processes() as client:
        # There and back: what grows with time is then not taken for what grows with workers.
        for number, setting in enumerate([*settings, *reversed(settings)]):
            with ExitStack() as stack:
                service = stack.enter_context(
                    start_stack(data, load, setting.threads, setting.instances, with_workers=False)
                )
                run.host = service.url
                calls = calls_of(service.login_as(learners)["learners"])
                if number == 0:
                    # The first update makes a row, which costs more than all later ones.
                    args = ("rows", service.url, calls, 8, len(calls) / 50)
                    client.submit(send_in_loop, *args, most=len(calls)).result()
                with watched(service, run, zero):
                    for concurrency in _concurrencies(setting):
                        first = draw.randrange(len(calls))
                        turned = calls[first:] + calls[:first]
                        name = f"{concurrency} at once, {setting}, {_round(number, settings)}"
                        args = (name, service.url, turned, concurrency, WARM_SECONDS + seconds)
                        job = client.submit(send_in_loop, *args, zero)
                        points += _measured(run, name, job, setting, concurrency, seconds)
    samples = run.samples()
    points = [replace(one, cpu=_cpu(samples, one)) for one in points]
    run.save()
    text = json.dumps([asdict(point) for point in points], indent=1)
    (folder / POINTS).write_text(text + "\n", "utf-8")
    return run


def _concurrencies(setting: Setting) -> list[int]:
    threads = setting.instances * setting.threads
    # Twice as many as there are threads: whoever was answered has a successor that waits.
    swept = {1, 2, 3, threads // 2, 3 * threads // 4, threads} if setting.instances == SWEPT else {}
    return sorted({*swept, 2 * threads} - {0})


def _round(number: int, settings: Sequence[Setting]) -> str:
    return "first" if number < len(settings) else "again"


def _measured(run, name, job, setting, concurrency, seconds) -> list[Point]:
    time.sleep(WARM_SECONDS)
    before = processor_times()
    time.sleep(seconds)
    machine, arrived = busy(before, processor_times()), job.result()
    run.add_requests(arrived.requests)
    begin = min(one.due for one in arrived.requests) + WARM_SECONDS
    end = begin + seconds
    seen = figures(arrived.requests, begin, end)
    scenario = Scenario(name, "closed", concurrency, begin, end, arrived.client_cpu)
    run.scenarios.append(scenario)
    print(
        f"{name}: {seen.throughput:,.0f}/s, client {arrived.client_cpu:.0%} of a core", flush=True
    )
    wrong = []
    if (seen.error_rate or 0) > MOST_ERRORS:
        wrong.append(f"{seen.error_rate:.2%} of the answers were errors")
    if arrived.client_cpu > CLIENT_CPU_LIMIT:
        wrong.append(f"the client used {arrived.client_cpu:.0%} of a core")
    if wrong:
        run.notes.append(f"{name} is left out: {' and '.join(wrong)}.")
        return []
    return [
        Point(
            instances=setting.instances,
            threads=setting.threads,
            concurrency=concurrency,
            throughput=seen.throughput,
            is_saturated=concurrency > setting.instances * setting.threads,
            machine=machine,
            client_cpu=arrived.client_cpu,
            begin=begin,
            end=end,
        )
    ]


def _cpu(samples, point: Point) -> dict[str, float]:
    seen = sampled(samples, point.begin, point.end)
    return {what: fmean(values) for (kind, what), values in seen.items() if kind == "cpu"}
