"""Before and after: the service without cache and required indexes, and as it is, side by side.

    .venv/bin/python -m perf.comparison [--postgres 16] [--learners 100000 --progress 10000000]

Both run on one machine, one PostgreSQL and the same data, and take turns at the same load: the
requests of the mixed day from 100 users who never wait. What else tells them apart is computed and
reported. Exits with 1 when the measurement is not valid.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from courseapp.devservers import PROGRAMS
from perf.comparison.baseline import differences, row_counts, stand_ins
from perf.comparison.both import Both, start_both
from perf.comparison.one_round import measure_round
from perf.comparison.table import SIDES, Comparison, report
from perf.environment import environment
from perf.exit_status import exit_status
from perf.gates import Planned, judge, read_stage
from perf.load_test import FOLDER
from perf.stack import logins
from perf.watching import count_deadlocks, deadlocks_check

# Accounts for each user and round: there is always one whose last report is long enough ago.
PEOPLE = 30
# For the user who is alone with the service: as many learners, for half as long.
PEOPLE_ALONE = 150
# Learners and courses -> lessons begun: data whose folder is named after the last alone.
USUAL = {(10_000, 200): 1_000_000, (100_000, 500): 10_000_000}
SECRET = ("SECRET_KEYS", "CREDENTIAL_KEY")


def measure(
    both: Both, folder: Path, load: Sequence[str], plan: Planned, rounds: int
) -> Comparison:
    """Measure both sides in turns; `folder` gets everything that is known of each round.

    :param load: arguments of `flask seed load`
    :param plan: one round of one side
    :raise ServerError: if there are too few learners.
    """
    folder.mkdir(parents=True)
    found = describe(both, Comparison(" ".join(load), environment()))
    number = PEOPLE_ALONE + plan.users * PEOPLE * rounds
    deadlocks = {side: count_deadlocks(both.stacks[side]) for side in SIDES}
    everybody = logins(both.stacks["optimised"].app, number)["learners"]
    some, people = everybody[:PEOPLE_ALONE], everybody[PEOPLE_ALONE:]
    for number in range(rounds):
        path = folder / f"logins-{number + 1}.json"
        # The same on both sides, and nobody twice, so that each round begins alike.
        path.write_text(json.dumps({"learners": people[number::rounds]}), "utf-8")
        # Who goes first changes, too.
        for side in SIDES[:: -1 if number % 2 else 1]:
            print(f"round {number + 1} of {rounds}: {side}", flush=True)
            run = measure_round(
                folder / f"{number + 1}-{side}", side, both.stacks[side], plan, path
            )
            found.runs[side].append(run)
            found.checks[side] += judge(plan, run.scenarios[0], run.requests()) + run.checks
    # Where all wait for their turn all wait alike: what each request itself takes is seen alone.
    path = folder / "logins-alone.json"
    path.write_text(json.dumps({"learners": some}), "utf-8")
    alone = replace(plan, users=1, seconds=plan.seconds / 2)
    for side in SIDES:
        print(f"one user alone: {side}", flush=True)
        run = measure_round(folder / f"alone-{side}", side, both.stacks[side], alone, path)
        found.alone[side].append(run)
        found.checks[side] += run.checks
    for side in SIDES:
        found.checks[side].append(deadlocks_check(both.stacks[side], deadlocks[side]))
    return found


def describe(both: Both, found: Comparison) -> Comparison:
    """Note what the two have in common, and what not."""
    one, other = (both.stacks[side].settings for side in SIDES)
    found.settings = {
        name: (_shown(name, one.get(name, "")), _shown(name, other.get(name, "")))
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    }
    with (
        psycopg.connect(both.owner_urls["baseline"], autocommit=True) as baseline,
        psycopg.connect(both.owner_urls["optimised"], autocommit=True) as optimised,
    ):
        version = optimised.info.server_version
        found.environment["PostgreSQL"] = f"{version // 10000}.{version % 10000}"
        found.schema = differences(optimised, baseline)
        found.stand_ins = stand_ins(optimised, baseline)
        before, after = row_counts(baseline), row_counts(optimised)
        found.rows = {table: (number, after[table]) for table, number in before.items()}
    return found


def _shown(name: str, value: str) -> str:
    """A setting without what is secret, and of a URL without the way to the server."""
    if name in SECRET:
        return "…"
    url = urlsplit(value)
    if url.scheme == "postgresql":
        return url.path.strip("/")
    return url.query if url.scheme == "unix" else value


def data_folder(postgres: int, learners: int, courses: int, progress: int) -> Path:
    """Where the data of this size and version stay, and the servers that have them."""
    name = f"compare-{postgres}-{progress}"
    if USUAL.get((learners, courses)) != progress:
        name += f"-{learners}-{courses}"
    return FOLDER / name


def main() -> int:
    """Exit status: 1 when the measurement is not valid, 2 when there is none, 130 after Ctrl-C."""
    (plan,) = read_stage("compare")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, default=10_000)
    parser.add_argument("--courses", type=int, default=200)
    parser.add_argument("--progress", type=int, default=1_000_000, help="lessons begun by all")
    versions = {"type": int, "choices": sorted(PROGRAMS), "default": max(PROGRAMS)}
    parser.add_argument("--postgres", **versions, help="its version")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=plan.seconds, help="of a side in a round")
    parser.add_argument("--users", type=int, default=plan.users)
    options = parser.parse_args()
    load = ["--users", str(options.learners), "--courses", str(options.courses)]
    load += ["--progress", str(options.progress)]
    data = data_folder(options.postgres, options.learners, options.courses, options.progress)
    folder = FOLDER / "runs" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-compare"
    plan = replace(plan, users=options.users, seconds=options.seconds)

    def command() -> int:
        with ExitStack() as stack:
            both = start_both(stack, data, load, options.postgres)
            found = measure(both, folder, load, plan, options.rounds)
        text = report(found)
        (folder / "report.md").write_text(text, "utf-8")
        print(f"\n{text}\n{folder}")
        return 1 if found.problems else 0

    return exit_status(command)


if __name__ == "__main__":
    sys.exit(main())
