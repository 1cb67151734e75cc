"""One scenario against a service, in the closed model or in the open one."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tqdm import tqdm

from courseapp.config import CHECKOUT
from courseapp.devprocess import ServerError
from perf.clients.open_model import client_processes, send_at_rate
from perf.gates import Planned
from perf.results import Check, Run, Scenario
from perf.scenarios.open_model import CALLS

# Users start over so many seconds; what is before is not judged.
RAMP_SECONDS = 10
# Of a scenario that lasts until its users are done.
MOST_SECONDS = 30
# So long for users who are in the middle of something: more than a request may take (learners.py).
STOP_SECONDS = 35


def run_locust(run: Run, plan: Planned, logins: Path, wall: float) -> None:
    """Run a scenario in the closed model and add it, with its requests and checks, to the run.

    :param logins: what `flask seed logins` printed
    :param wall: when the run started, in seconds since 1970
    :raise ServerError: if Locust does not run; its log says why.
    """
    ramp = min(RAMP_SECONDS, plan.users / 10)
    seconds = plan.seconds or ramp + MOST_SECONDS
    record = {
        "folder": str(run.folder),
        "scenario": plan.scenario,
        "zero": wall,
        "seconds": seconds,
        "ends_with_users": plan.seconds is None,
    }
    log = run.folder / f"{plan.scenario}.locust.log"
    argv = [sys.executable, "-m", "locust", "--headless", "--only-summary"]
    argv += ["--loglevel=WARNING", f"--logfile={log}", "--exit-code-on-error=0"]
    argv += ["-f", f"perf/recording.py,perf/scenarios/{plan.scenario}.py", "--host", run.host]
    argv += ["--users", str(plan.users), "--spawn-rate", str(plan.users / ramp)]
    # What is judged ends after `seconds`, a little before.
    argv += ["--run-time", f"{ramp + seconds + 2:.0f}s", "--stop-timeout", str(STOP_SECONDS)]
    environ = os.environ | {
        "PERF_RECORD": json.dumps(record),
        "PERF_LOGINS": str(logins),
        "PYTHONPATH": str(CHECKOUT),
    }
    status = _wait(subprocess.Popen(argv, cwd=CHECKOUT, env=environ, stdout=subprocess.DEVNULL))
    measured = run.folder / f"{plan.scenario}.measured.json"
    if status or not measured.exists():
        raise ServerError(f"Locust ended with {status} in {plan.scenario}, see {log}")
    found = json.loads(measured.read_text("utf-8"))
    failures = found.pop("failures")
    scenario = Scenario(plan.scenario, "closed", plan.users, **found)
    run.scenarios.append(scenario)
    run.checks.append(_users(plan, failures))
    if plan.seconds:
        run.checks.append(_whole(plan, scenario))


def run_open(run: Run, plan: Planned, logins: Path, zero: float) -> None:
    """Run a scenario in the open model and add it, with its requests, to the run.

    :param zero: when the run started, of the monotonic clock
    """
    learners = json.loads(logins.read_text("utf-8"))["learners"][: plan.users]
    calls = CALLS[plan.scenario](learners)
    rate = plan.users / plan.every
    with client_processes() as clients:
        args = (plan.scenario, run.host, calls, rate, plan.seconds, zero, plan.users)
        job = clients.submit(send_at_rate, *args)
        with tqdm(total=plan.seconds, desc=plan.scenario, unit="s", disable=None) as bar:
            while not job.done():
                time.sleep(1)
                bar.set_postfix_str(str(clients.last_second.read()))
                bar.update(min(1, bar.total - bar.n))
        arrived = job.result()
    run.add_requests(arrived.requests)
    begin = min(one.due for one in arrived.requests)
    end = begin + plan.seconds
    run.scenarios.append(
        Scenario(plan.scenario, "open", plan.users, begin, end, arrived.client_cpu, rate)
    )
    missing = plan.users - len(learners)
    run.checks.append(_users(plan, ["PERF_LOGINS has fewer learners"] * missing))


def _wait(process: subprocess.Popen) -> int:
    try:
        return process.wait()
    except KeyboardInterrupt:
        # It was told, too. It would give its users a long time to stop.
        process.kill()
        process.wait()
        raise


def _users(plan: Planned, failures: list[str]) -> Check:
    """Whether all were there, and none failed by its own code."""
    seen = "; ".join(f"{count} x {what}" for what, count in Counter(failures).most_common(3))
    return Check(
        plan.scenario, "", "users", f"all {plan.users}", seen or "all", not failures, "whole run"
    )


def _whole(plan: Planned, scenario: Scenario) -> Check:
    seen, limit = scenario.end - scenario.begin, plan.seconds - 1
    what = "seconds judged"
    return Check(plan.scenario, "", what, f"≥ {limit:g}", f"{seen:.0f}", seen >= limit, "whole run")
