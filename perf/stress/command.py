"""More and more watchers, until the service breaks: how many it takes, and what gives way.

    .venv/bin/python -m perf.stress
    .venv/bin/python -m perf.stress --instances 1,2,3,4 --threads 4

Watchers arrive in the open model: an update every 5 s each, timed from when it was due.
Exits with 1 when already the first level breaks, the data are not as they must be, or the
measurement is not valid.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from tabulate import tabulate

from courseapp.config import CHECKOUT
from perf.clients.open_model import client_processes
from perf.environment import environment
from perf.exit_status import exit_status
from perf.gates import Planned, read_stage
from perf.load_test import FOLDER
from perf.report.page import write_report
from perf.report.verdict import write_verdict
from perf.results import Run
from perf.stack import start_stack
from perf.stress.level import Level, Setting, with_samples
from perf.stress.other_programs import undisturbed
from perf.stress.search import MOST_CLIENTS, Search
from perf.stress.words import conclusion
from perf.watching import watched

# Each watcher is a learner of its own, since the service throttles one learner's lesson.
LEARNERS = 30_000
MOST = 20_000
LEVELS = "stress.json"


def run_stress(
    folder: Path,
    planned: Planned,
    settings: Sequence[Setting],
    load: Sequence[str],
    data: Path,
    most: int = MOST,
) -> Run:
    """Find out, for each setting, how many watchers it takes; the folder then has everything.

    :param planned: the first level, and the criteria
    :param load: arguments of `flask seed load`, whose data stay in `data`
    :param most: watchers to try
    :raise ServerError: if a program does not start, or the data have fewer learners.
    """
    folder.mkdir(parents=True)
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    run = Run(folder, "stress", started_at, "", environment() | {"data": " ".join(load)})
    levels: list[Level] = []
    zero = time.monotonic()
    with client_processes(MOST_CLIENTS) as pool:
        for setting in settings:
            with ExitStack() as stack:
                service = stack.enter_context(
                    start_stack(data, load, setting.threads, setting.instances)
                )
                run.host = service.url
                stack.enter_context(watched(service, run, zero))
                search = Search(run, zero, pool, service, setting, planned)
                kept, broken = search.find(most)
            # The sampler has ended: it does not write to the file any more.
            samples = run.samples()
            tried = [with_samples(level, samples) for level in search.levels]
            # Of two with one number the client was too busy in the first.
            by_count = {level.watchers: level for level in tried}
            ends = by_count.get(kept), by_count.get(broken)
            run.notes += conclusion(setting, *ends, tried)
            run.checks += search.checks()
            run.checks += [undisturbed(one.name, one.others) for one in ends if one]
            levels += tried
    run.save()
    document = [asdict(level) for level in levels]
    (folder / LEVELS).write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return run


def table(levels: Sequence[Level]) -> str:
    """All levels, for people."""
    rows = [
        [
            *(f"{level.watchers:,}", level.instances, level.threads, f"{level.rate:,.0f}"),
            *(f"{level.throughput:,.0f}", f"{level.p50:,.1f}", f"{level.p95:,.1f}"),
            *(f"{level.p99:,.1f}", f"{level.error_rate:.2%}", f"{level.machine:.0%}"),
            *(f"{level.client_cpu:.0%}", f"{level.others:.0%}"),
            ("BROKEN" if level.broken else "kept") if level.is_valid else "invalid",
        ]
        for level in sorted(levels, key=lambda one: (one.instances, one.threads, one.watchers))
    ]
    headers = ["watchers", "instances", "threads", "due/s", "answered/s", "p50 ms", "p95 ms"]
    headers += ["p99 ms", "errors", "processors", "client", "others", ""]
    return tabulate(rows, headers, disable_numparse=True)


def read_levels(folder: Path) -> list[Level]:
    """The levels of a stress run.

    :raise FileNotFoundError: if it is none.
    """
    return [Level(**one) for one in json.loads((folder / LEVELS).read_text("utf-8"))]


def load_of(users: int) -> tuple[tuple[str, ...], Path]:
    """Arguments of `flask seed load` for so many learners, and where their data are kept."""
    load = ("--users", str(users), "--courses", "200", "--progress", "1000000")
    return load, CHECKOUT / f".dev/perf-stress-{users}"


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def main() -> int:
    """Exit status: 1 when it has not passed, 2 when it could not be run, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--instances", type=_numbers, default=[2], help="such as 1,2,3,4")
    parser.add_argument("--threads", type=_numbers, default=[4], help="of each instance: 2,4")
    parser.add_argument("--most", type=int, help=f"watchers to try, {MOST:,}")
    parser.add_argument("--users", type=int, default=LEARNERS, help="learners in the data")
    options = parser.parse_args()
    settings = [Setting(*both) for both in product(options.instances, options.threads)]
    if not all(1 <= one.instances <= 4 and one.threads >= 1 for one in settings):
        parser.error("1 to 4 instances, which HAProxy knows, and 1 thread or more")
    most = min(MOST, options.users) if options.most is None else options.most
    if not 1 <= most <= options.users:
        parser.error("--most is at least 1, and at most --users: each watcher is one of them")
    # A watcher has a connection of its own, which has two ends in HAProxy.
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    load, data = load_of(options.users)
    folder = FOLDER / "runs" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-stress"

    def command() -> int:
        planned = read_stage("stress")[0]
        return show(run_stress(folder, planned, settings, load, data, most))

    return exit_status(command)


def show(run: Run) -> int:
    """Print what was found, and write it as pages; returns the exit status."""
    write_report(run)
    write_verdict(run)
    print(table(read_levels(run.folder)))
    print("\n" + "\n".join(run.notes))
    for check in run.checks:
        if not check.is_kept:
            print(f"BROKEN: {check.scenario} {check.what} {check.limit}, seen {check.seen}")
    print(f"Pictures: {run.folder / 'report.html'}")
    return 0 if run.is_passed else 1


if __name__ == "__main__":
    sys.exit(main())
