"""More and more watchers, until the service breaks: how many it takes, and what gives way.

    .venv/bin/python -m perf.stress
    .venv/bin/python -m perf.stress --instances 1,2,3,4 --threads 4

Watchers arrive in the open model: an update every 5 s each, timed from when it was due.
Exits with 1 when already the first level breaks, or the data are not as they must be.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from tabulate import tabulate

from courseapp.config import CHECKOUT
from courseapp.devprocess import ServerError
from perf.clients.open_model import client_processes
from perf.environment import environment
from perf.gates import GatesError, Planned, judge, read_stage
from perf.load_test import FOLDER
from perf.results import Check, Run
from perf.stack import Stack, start_stack
from perf.stress.level import MOST_OTHERS, Level, Setting, run_level, with_samples
from perf.stress.search import find_break
from perf.stress.words import conclusion
from perf.watching import watched

# Each watcher is a learner of its own, since the service throttles one learner's lesson.
LEARNERS = 30_000
MOST = 20_000
MOST_CLIENTS = 2
# Updates that came late, all at once, have used up what the throttle allows for so long.
REST_SECONDS = 10
LEVELS = "stress.json"


class ClientLimitError(Exception):
    """The client itself is too busy to measure."""


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
            run.checks += [_undisturbed(level) for level in ends if level]
            levels += tried
    run.save()
    document = [asdict(level) for level in levels]
    (folder / LEVELS).write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return run


def _undisturbed(level: Level) -> Check:
    seen, limit = f"{level.others:.0%} of the processors", f"<= {MOST_OTHERS:.0%} of the processors"
    is_kept = level.others <= MOST_OTHERS
    return Check(level.name, "", "other programs", limit, seen, is_kept, "valid measurement")


class Search:
    """The levels of one setting, one after the other."""

    def __init__(
        self,
        run: Run,
        zero: float,
        pool: ProcessPoolExecutor,
        service: Stack,
        setting: Setting,
        planned: Planned,
    ):
        self.run, self.zero, self.pool = run, zero, pool
        self.service, self.setting, self.planned = service, setting, planned
        self.clients = 1
        self.levels: list[Level] = []

    def find(self, most: int) -> tuple[int | None, int | None]:
        """Try at most so many watchers; returns what `find_break` does."""
        self.learners = self.service.login_as(most)["learners"]
        try:
            return find_break(self._keeps, self.planned.users, most)
        except ClientLimitError:
            valid = [level for level in self.levels if level.is_valid]
            kept = max((one.watchers for one in valid if not one.broken), default=None)
            return kept, min((one.watchers for one in valid if one.broken), default=None)

    def _keeps(self, watchers: int) -> bool:
        level = self._run(watchers)
        while not level.is_valid and self.clients < MOST_CLIENTS:
            self.clients += 1
            level = self._run(watchers)
        if not level.is_valid:
            raise ClientLimitError
        return not level.broken

    def _run(self, watchers: int) -> Level:
        if self.levels and self.levels[-1].broken:
            time.sleep(REST_SECONDS)
        some = self.learners[:watchers]
        level = run_level(
            self.run, self.zero, self.pool, self.clients, self.setting, self.planned, some
        )
        verdict = "; ".join(level.broken) or "kept"
        print(
            f"{level.name}: p95 {level.p95:,.1f} ms, {level.throughput:,.0f}/s, "
            f"client {level.client_cpu:.0%} of a core: "
            f"{verdict if level.is_valid else 'invalid, the client is too busy'}",
            flush=True,
        )
        self.levels.append(level)
        if watchers == self.planned.users and (level.is_valid or self.clients == MOST_CLIENTS):
            self.run.checks += judge(self.planned, self.run.scenarios[-1], self.run.requests())
        return level


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
    """Exit status: 1 when the first level breaks or the data do, 2 when it could not be run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--instances", type=_numbers, default=[2], help="such as 1,2,3,4")
    parser.add_argument("--threads", type=_numbers, default=[4], help="of each instance: 2,4")
    parser.add_argument("--most", type=int, default=MOST, help="watchers to try")
    parser.add_argument("--users", type=int, default=LEARNERS, help="learners in the data")
    options = parser.parse_args()
    settings = [Setting(*both) for both in product(options.instances, options.threads)]
    if not all(1 <= one.instances <= 4 and one.threads >= 1 for one in settings):
        parser.error("1 to 4 instances, which HAProxy knows, and 1 thread or more")
    # A watcher has a connection of its own, which has two ends in HAProxy.
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    load, data = load_of(options.users)
    folder = FOLDER / "runs" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-stress"
    try:
        planned = read_stage("stress")[0]
        run = run_stress(folder, planned, settings, load, data, options.most)
    except (GatesError, ServerError) as error:
        print(f"perf: {error}", file=sys.stderr)
        return 2
    print(table(read_levels(folder)))
    print("\n" + "\n".join(run.notes))
    broken = [check for check in run.checks if not check.is_kept]
    for check in broken:
        print(f"BROKEN: {check.scenario} {check.what} {check.limit}, seen {check.seen}")
    print(folder)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
