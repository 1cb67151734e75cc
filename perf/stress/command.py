"""More and more watchers, until the service breaks: how many it takes, and what gives way.

    .venv/bin/python -m perf.stress
    .venv/bin/python -m perf.stress --instances 1,2,3,4 --threads 4
    .venv/bin/python -m perf.stress --host https://staging.example.com --logins logins.json

Watchers arrive in the open model: an update every 5 s each, timed from when it was due.
Without a host it starts the whole service, once for each setting. A host is not looked into: what
gives way there is not seen. Exits with 1 when already the first level breaks, the data are not as
they must be, or the measurement is not valid.
"""

import argparse
import resource
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from tabulate import tabulate

from courseapp.config import CHECKOUT
from perf.exit_status import exit_status
from perf.gates import read_stage
from perf.load_test import FOLDER
from perf.report.page import write_report
from perf.report.verdict import write_verdict
from perf.results import Run
from perf.stress.level import Level, Setting
from perf.stress.run import read_levels, run_stress, stress_host

# Each watcher is a learner of its own, since the service throttles one learner's lesson.
LEARNERS = 30_000
MOST = 20_000
INSTANCES, THREADS = [2], [4]
# Of a host, whose settings and machine are not known.
UNKNOWN = "?"


def table(levels: Sequence[Level]) -> str:
    """All levels, for people."""
    rows = [
        [
            f"{level.watchers:,}",
            *((level.instances, level.threads) if level.is_own else (UNKNOWN, UNKNOWN)),
            *(f"{level.rate:,.0f}", f"{level.throughput:,.0f}", f"{level.p50:,.1f}"),
            *(f"{level.p95:,.1f}", f"{level.p99:,.1f}", f"{level.error_rate:.2%}"),
            f"{level.machine:.0%}" if level.is_own else UNKNOWN,
            f"{level.client_cpu:.0%}",
            f"{level.others:.0%}" if level.is_own else UNKNOWN,
            ("BROKEN" if level.broken else "kept") if level.is_valid else "invalid",
        ]
        for level in sorted(levels, key=lambda one: (one.instances, one.threads, one.watchers))
    ]
    headers = ["watchers", "instances", "threads", "due/s", "answered/s", "p50 ms", "p95 ms"]
    headers += ["p99 ms", "errors", "processors", "client", "others", ""]
    return tabulate(rows, headers, disable_numparse=True)


def load_of(users: int) -> tuple[tuple[str, ...], Path]:
    """Arguments of `flask seed load` for so many learners, and where their data are kept."""
    load = ("--users", str(users), "--courses", "200", "--progress", "1000000")
    return load, CHECKOUT / f".dev/perf-stress-{users}"


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def main() -> int:
    """Exit status: 1 when it has not passed, 2 when it could not be run, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", help="the URL of a service that runs already")
    parser.add_argument("--logins", type=Path, help="what flask seed logins has printed there")
    parser.add_argument("--most", type=int, help=f"watchers to try, {MOST:,}; all of --logins")
    own = parser.add_argument_group("without --host")
    own.add_argument("--instances", type=_numbers, help="such as 1,2,3,4")
    own.add_argument("--threads", type=_numbers, help="of each instance: 2,4")
    own.add_argument("--users", type=int, help=f"learners in the data, {LEARNERS:,}")
    options = parser.parse_args()
    if bool(options.host) != bool(options.logins):
        parser.error("--host and --logins go together")
    folder = FOLDER / "runs" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-stress"
    command = _of_host(parser, options, folder) if options.host else _own(parser, options, folder)
    # A watcher has a connection of its own, which has two ends in HAProxy.
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    return exit_status(lambda: show(command()))


def _own(
    parser: argparse.ArgumentParser, options: argparse.Namespace, folder: Path
) -> Callable[[], Run]:
    users = LEARNERS if options.users is None else options.users
    most = min(MOST, users) if options.most is None else options.most
    if not 1 <= most <= users:
        parser.error("--most is at least 1, and at most --users: each watcher is one of them")
    settings = [
        Setting(*both)
        for both in product(options.instances or INSTANCES, options.threads or THREADS)
    ]
    if not all(1 <= one.instances <= 4 and one.threads >= 1 for one in settings):
        parser.error("1 to 4 instances, which HAProxy knows, and 1 thread or more")
    return lambda: run_stress(folder, read_stage("stress")[0], settings, *load_of(users), most)


def _of_host(
    parser: argparse.ArgumentParser, options: argparse.Namespace, folder: Path
) -> Callable[[], Run]:
    if any(one is not None for one in (options.instances, options.threads, options.users)):
        parser.error("--instances, --threads and --users are not for a host, which has its own")
    if options.most is not None and options.most < 1:
        parser.error("--most is at least 1")
    return lambda: stress_host(
        folder, read_stage("stress")[0], options.host, options.logins, options.most
    )


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
