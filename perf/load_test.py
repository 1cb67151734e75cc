"""A stage of perf/gates.toml: run its scenarios, look at the data, judge, report.

    .venv/bin/python -m perf.load_test development
    .venv/bin/python -m perf.load_test staging --host https://staging.example.com --logins l.json

Without a host it starts the whole service, with a million lessons begun, and stops it at the end.
Exits with 1 when a criterion is broken.
"""

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tabulate import tabulate

from courseapp.config import CHECKOUT
from courseapp.devprocess import ServerError
from perf.environment import environment
from perf.exit_status import INTERRUPTED, exit_status
from perf.gates import Planned, judge, read_stage
from perf.memory import judge_memory
from perf.report.page import write_report
from perf.report.verdict import write_verdict
from perf.results import Check, Run
from perf.running import run_locust, run_open
from perf.stack import MILLION, Stack, start_stack
from perf.watching import watched

FOLDER = CHECKOUT / ".dev/perf"
SCENARIOS = "scenarios"


def run_stage(
    stage: str,
    folder: Path,
    host: str | None = None,
    logins: Path | None = None,
    load: Sequence[str] = MILLION,
    data: Path = FOLDER,
    only: Sequence[str] = (),
) -> Run:
    """Run, judge and save; the folder then has everything that is known of the run.

    :param host: an existing service instead of an own one, with `logins` for it
    :param load: arguments of `flask seed load` for an own one, whose data stay in `data`
    :param only: some of its scenarios instead of all
    :raise GatesError: if there is no such stage, or no such scenario in it.
    :raise ServerError: if a program does not start.
    """
    planned = read_stage(stage, only=only)
    if host:
        look_first(host, logins)
    folder.mkdir(parents=True)
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    run = Run(folder, stage, started_at, host or "", environment())
    with ExitStack() as stack:
        service = None
        if host is None:
            service = stack.enter_context(start_stack(data, load))
            run.host = service.url
            run.environment["data"] = " ".join(load)
        # Not in the run's folder, which people send around.
        secret = stack.enter_context(TemporaryDirectory())
        wall, zero = time.time(), time.monotonic()
        if service:
            stack.enter_context(watched(service, run, zero))
        try:
            for number, plan in enumerate(planned, 1):
                print(f"{number} of {len(planned)}: {plan.about}, {plan.users:,} users", flush=True)
                path = logins or _fresh_logins(service, planned, secret)
                if plan.model == "open":
                    run_open(run, plan, path, zero)
                else:
                    run_locust(run, plan, path, wall)
        except KeyboardInterrupt:
            # What has ended is judged.
            seen = f"{len(run.scenarios)} of {len(planned)}"
            run.checks.append(
                Check("", "", SCENARIOS, f"all {len(planned)}", seen, False, "whole run")
            )
    run.notes += refusals(run)
    requests = run.requests()
    for plan, scenario in zip(planned, run.scenarios, strict=False):
        run.checks += judge(plan, scenario, requests)
    run.checks += judge_memory(run.samples())
    run.save()
    return run


def _fresh_logins(service: Stack, planned: Sequence[Planned], folder: str) -> Path:
    """For each scenario anew: the one before may have enrolled or finished something."""
    path = Path(folder, "logins.json")
    # Some cannot do what a scenario is about.
    most = 2 * max(plan.users for plan in planned)
    path.write_text(json.dumps(service.login_as(most)), "utf-8")
    return path


def look_first(host: str, logins: Path) -> None:
    """Whether a load test of a service that is not ours makes sense.

    :raise ServerError: if it does not answer, or does not know the learners.
    """
    try:
        learners = json.loads(logins.read_text("utf-8"))["learners"]
        cookie = {"Cookie": f"access_token={learners[0]['access_token']}"}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ServerError(f"{logins} is not of flask seed logins: {error!r}") from error
    for path, headers, what in (
        ("/readyz", {}, "is not ready"),
        ("/api/v1/auth/me", cookie, "does not know the learners of these logins"),
    ):
        try:
            request = urllib.request.Request(host.rstrip("/") + path, headers=headers)
            urllib.request.urlopen(request, timeout=10).close()
        except urllib.error.HTTPError as error:
            raise ServerError(f"{host} {what}: {path} says {error.code}") from error
        except (OSError, ValueError) as error:
            raise ServerError(f"{host} cannot be reached: {error}") from error


def refusals(run: Run) -> list[str]:
    """For each scenario what was answered in place of an answer, most often first."""
    counts = Counter((one.scenario, one.status) for one in run.requests() if one.is_error)
    return [
        f"{scenario}: {count:,} x {status or 'no answer'}"
        for (scenario, status), count in counts.most_common()
    ]


def main() -> int:
    """Exit status: 1 when a criterion is broken, 2 when it could not be run, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", help="of perf/gates.toml, such as development")
    parser.add_argument("--host", help="the URL of a service that runs already")
    parser.add_argument("--logins", type=Path, help="what flask seed logins has printed there")
    parser.add_argument("--only", nargs="+", default=(), metavar="SCENARIO", help="some of it")
    options = parser.parse_args()
    if bool(options.host) != bool(options.logins):
        parser.error("--host and --logins go together")
    return exit_status(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    folder = FOLDER / "runs" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{options.stage}"
    run = run_stage(options.stage, folder, options.host, options.logins, only=options.only)
    write_report(run)
    write_verdict(run)
    rows = [
        [
            "" if check.is_kept else "BROKEN",
            *(check.scenario, check.request, check.what, check.limit, check.seen, check.source),
        ]
        for check in run.checks
    ]
    for note in run.notes:
        print(note)
    headers = ["", "scenario", "request", "what", "limit", "seen", "from"]
    print(tabulate(rows, headers, disable_numparse=True))
    print(f"\n{'Passed' if run.is_passed else 'BROKEN'}. Pictures: {run.folder / 'report.html'}")
    if any(check.what == SCENARIOS for check in run.checks):
        return INTERRUPTED
    return 0 if run.is_passed else 1


if __name__ == "__main__":
    sys.exit(main())
