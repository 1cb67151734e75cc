"""Looking at the service while it is loaded, and at its programs and data afterwards."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import psycopg

from courseapp.db import connect_as_owner, queries
from courseapp.devprocess import Child
from courseapp.doctor import examine
from perf.environment import service_environment
from perf.report.wording import clock
from perf.results import Check, Run
from perf.sampler import Sampler
from perf.stack import Stack

# After a worker has died its gunicorn is without one for a moment.
WORKERS_SECONDS = 20


@contextmanager
def watched(service: Stack, run: Run, zero: float) -> Iterator[None]:
    """Add samples to the run meanwhile; at the end, checks of programs, data and of this.

    :param zero: when the run started, of the monotonic clock
    """
    run.environment |= service_environment(service)
    before, workers = count_deadlocks(service), first_workers(service)
    with Sampler(service, run, zero) as sampler:
        yield
    # The sampler has ended: what the checks use is not the load's.
    print("Checking the data …", flush=True)
    run.checks.append(programs_check(service, workers, sampler.ended))
    run.checks += data_checks(service, before)
    if sampler.error is not None:
        seen = f"ended early: {sampler.error!r}"
        run.checks.append(Check("", "", "samples", "whole run", seen, False, "valid measurement"))


def first_workers(service: Stack) -> dict[str, set[int]]:
    """The pids of each gunicorn's workers, by its name, as soon as it has some."""
    deadline = time.monotonic() + WORKERS_SECONDS
    found = {}
    for name, child in service.children.items():
        if not name.startswith("web "):
            continue
        while not (pids := _workers(child)) and not child.ended() and time.monotonic() < deadline:
            time.sleep(0.05)
        found[name] = pids
    return found


def _workers(child: Child) -> set[int]:
    try:
        children = psutil.Process(child.process.pid).children()
        return {one.pid for one in children if one.status() != psutil.STATUS_ZOMBIE}
    except psutil.NoSuchProcess:
        return set()


def programs_check(
    service: Stack, workers: dict[str, set[int]], ended: dict[str, float] | None = None
) -> Check:
    """Whether every program still runs, and every gunicorn has the workers that it had.

    A gunicorn replaces a worker that dies, and nobody else notices.

    :param workers: what `first_workers` has found
    :param ended: when a program was seen to have ended, in seconds from the run's start
    """
    said, ended = [], ended or {}
    for name, child in service.children.items():
        if child.ended():
            when = f", first seen at {clock(ended[name])}" if name in ended else ""
            said.append(f"{name} ended ({_how(child.process.returncode)}{when})")
        elif name in workers and (now := _workers(child)) != workers[name]:
            had, has = (
                ", ".join(map(str, sorted(pids))) or "none" for pids in (workers[name], now)
            )
            said.append(f"{name}: its worker was replaced (pid {had}, now {has})")
    seen = "; ".join(said) or "all alive"
    return Check("", "", "programs", "all alive", seen, not said, "whole run")


def _how(returncode: int) -> str:
    return signal.Signals(-returncode).name if returncode < 0 else f"status {returncode}"


def count_deadlocks(service: Stack) -> int:
    """In the service's database so far."""
    with connect_as_owner(service.app) as conn:
        return queries.load.count_connections(conn)[2]


def data_checks(service: Stack, before: int) -> list[Check]:
    """Whether the database had a deadlock since, and everything that must be true of it is."""
    checks = []
    try:
        checks.append(deadlocks_check(service, before))
        checks.append(_invariants(service))
    except psycopg.OperationalError as error:
        # Everything else that is known of the run is worth keeping.
        seen = f"cannot be read: {str(error).strip()}"
        checks.append(Check("", "", "invariants", "all hold", seen, False, "whole run"))
    return checks


def deadlocks_check(service: Stack, before: int) -> Check:
    """Whether the database had a deadlock since."""
    found = count_deadlocks(service) - before
    return Check("", "", "deadlocks", "= 0", str(found), found == 0, "whole run")


def _invariants(service: Stack) -> Check:
    with connect_as_owner(service.app) as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with conn.transaction():
            broken = [one.name for one in examine(conn) if one.violations]
    seen = ", ".join(broken) or "all hold"
    return Check("", "", "invariants", "all hold", seen, not broken, "whole run")
