"""A stage of perf/gates.toml: run its scenarios, look at the data, judge, report.

    .venv/bin/python -m perf.load_test development
    .venv/bin/python -m perf.load_test staging --host https://staging.example.com --logins l.json

Without a host it starts the whole service, with a million lessons begun, and stops it at the end.
Exits with 1 when a criterion is broken.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tabulate import tabulate

from courseapp.config import CHECKOUT
from courseapp.devprocess import ServerError
from perf.clients.open_model import client_processes, send_at_rate
from perf.environment import environment
from perf.gates import GatesError, Planned, judge, judge_memory, read_stage
from perf.report.page import write_report
from perf.report.verdict import write_verdict
from perf.results import Run, Scenario
from perf.scenarios.open_model import CALLS
from perf.stack import MILLION, Stack, start_stack
from perf.watching import watched

FOLDER = CHECKOUT / ".dev/perf"
# Users start over so many seconds; what is before is not judged.
RAMP_SECONDS = 10
# Locust's users stop in the middle of what they do after so long.
STOP_SECONDS = 30


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
    folder.mkdir(parents=True)
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    run = Run(folder, stage, started_at, host or "", environment())
    with ExitStack() as stack:
        service = None
        if host is None:
            service = stack.enter_context(start_stack(data, load))
            run.host = service.url
            run.environment["data"] = " ".join(load)
        wall, zero = time.time(), time.monotonic()
        if service:
            stack.enter_context(watched(service, run, zero))
        for number, plan in enumerate(planned, 1):
            print(f"{number} of {len(planned)}: {plan.about}, {plan.users:,} users", flush=True)
            path = logins or _fresh_logins(service, planned, folder)
            if plan.model == "open":
                _send(run, plan, path, zero)
            else:
                run_locust(run, plan, path, wall)
    requests = run.requests()
    for plan, scenario in zip(planned, run.scenarios, strict=True):
        run.checks += judge(plan, scenario, requests)
    run.checks += judge_memory(run.samples())
    run.save()
    return run


def _fresh_logins(service: Stack, planned: Sequence[Planned], folder: Path) -> Path:
    """For each scenario anew: the one before may have enrolled or finished something."""
    path = folder / "logins.json"
    # Some cannot do what a scenario is about.
    most = 2 * max(plan.users for plan in planned)
    path.write_text(json.dumps(service.login_as(most)), "utf-8")
    return path


def run_locust(run: Run, plan: Planned, logins: Path, wall: float) -> None:
    """Run a scenario against the run's host and add it, with its requests, to the run.

    :param logins: what `flask seed logins` printed
    :param wall: when the run started, in seconds since 1970
    :raise ServerError: if Locust does not run; its log says why.
    """
    ramp = min(RAMP_SECONDS, plan.users / 10)
    seconds = plan.seconds or ramp + STOP_SECONDS
    record = {
        "folder": str(run.folder),
        "scenario": plan.scenario,
        "zero": wall,
        "seconds": seconds,
        "ends_with_users": plan.seconds is None,
    }
    argv = [sys.executable, "-m", "locust", "--headless", "--only-summary", "--loglevel=WARNING"]
    argv += ["-f", f"perf/recording.py,perf/scenarios/{plan.scenario}.py", "--host", run.host]
    argv += ["--users", str(plan.users), "--spawn-rate", str(plan.users / ramp)]
    argv += ["--run-time", f"{ramp + seconds:.0f}s", "--stop-timeout", "10"]
    environ = os.environ | {
        "PERF_RECORD": json.dumps(record),
        "PERF_LOGINS": str(logins),
        "PYTHONPATH": str(CHECKOUT),
    }
    log = run.folder / f"{plan.scenario}.locust.log"
    with open(log, "wb") as output:
        subprocess.run(argv, cwd=CHECKOUT, env=environ, stdout=output, check=False)
    measured = run.folder / f"{plan.scenario}.measured.json"
    if not measured.exists():
        raise ServerError(f"Locust did not run {plan.scenario}, see {log}")
    found = json.loads(measured.read_text("utf-8"))
    run.scenarios.append(Scenario(plan.scenario, "closed", plan.users, **found))


def _send(run: Run, plan: Planned, logins: Path, zero: float) -> None:
    learners = json.loads(logins.read_text("utf-8"))["learners"][: plan.users]
    calls = CALLS[plan.scenario](learners)
    rate, begin = plan.users / plan.every, time.monotonic() - zero
    with client_processes() as clients:
        job = clients.submit(
            send_at_rate, plan.scenario, run.host, calls, rate, plan.seconds, zero, plan.users
        )
        arrived = job.result()
    run.add_requests(arrived.requests)
    begin = min(one.due for one in arrived.requests)
    end = begin + plan.seconds
    run.scenarios.append(
        Scenario(plan.scenario, "open", plan.users, begin, end, arrived.client_cpu, rate)
    )


def main() -> int:
    """Exit status: 1 when a criterion is broken, 2 when it could not be run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", help="of perf/gates.toml, such as development")
    parser.add_argument("--host", help="the URL of a service that runs already")
    parser.add_argument("--logins", type=Path, help="what flask seed logins has printed there")
    parser.add_argument("--only", nargs="+", default=(), metavar="SCENARIO", help="some of it")
    options = parser.parse_args()
    if bool(options.host) != bool(options.logins):
        parser.error("--host and --logins go together")
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{options.stage}"
    try:
        folder = FOLDER / "runs" / name
        run = run_stage(options.stage, folder, options.host, options.logins, only=options.only)
    except (GatesError, ServerError) as error:
        print(f"perf: {error}", file=sys.stderr)
        return 2
    write_report(run)
    write_verdict(run)
    rows = [
        [
            "" if check.is_kept else "BROKEN",
            *(check.scenario, check.request, check.what, check.limit, check.seen, check.source),
        ]
        for check in run.checks
    ]
    headers = ["", "scenario", "request", "what", "limit", "seen", "from"]
    print(tabulate(rows, headers, disable_numparse=True))
    print(f"\n{'Passed' if run.is_passed else 'BROKEN'}. Pictures: {run.folder / 'report.html'}")
    return 0 if run.is_passed else 1


if __name__ == "__main__":
    sys.exit(main())
