"""Looking at the service while it is loaded, and at its data afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from courseapp.db import connect_as_owner, queries
from courseapp.doctor import examine
from perf.results import Check, Run
from perf.sampler import Sampler
from perf.stack import Stack


@contextmanager
def watched(service: Stack, run: Run, zero: float) -> Iterator[None]:
    """Add samples to the run meanwhile; at the end, checks of the data and of the looking itself.

    :param zero: when the run started, of the monotonic clock
    """
    before = count_deadlocks(service)
    with Sampler(service, run, zero) as sampler:
        yield
        run.checks += data_checks(service, before)
    if sampler.error is not None:
        seen = f"ended early: {sampler.error!r}"
        run.checks.append(Check("", "", "samples", "whole run", seen, False, "valid measurement"))


def count_deadlocks(service: Stack) -> int:
    """In the service's database so far."""
    with connect_as_owner(service.app) as conn:
        return queries.load.count_connections(conn)[2]


def data_checks(service: Stack, before: int) -> list[Check]:
    """Whether the database had a deadlock since, and everything that must be true of it is."""
    found = count_deadlocks(service) - before
    checks = [Check("", "", "deadlocks", "= 0", str(found), found == 0, "whole run")]
    with connect_as_owner(service.app) as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with conn.transaction():
            broken = [one.name for one in examine(conn) if one.violations]
    seen = ", ".join(broken) or "all hold"
    checks.append(Check("", "", "invariants", "all hold", seen, not broken, "whole run"))
    return checks
