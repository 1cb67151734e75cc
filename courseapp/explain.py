"""Each statement as the service sends it: its time on the heaviest learners, and its plan."""

import json
import math
import re
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce

from flask import Flask
from psycopg import Connection, sql

from courseapp.db import connect_as_service, queries
from courseapp.explain_cases import fill
from courseapp.explain_plan import Plan, read_plan
from courseapp.explain_queries import BEFORE
from courseapp.explain_sources import COMBINATIONS, Case
from courseapp.sql_headers import FOLDER, QueryHeader, read_header

# The server may change to a generic plan at the sixth execution, of each combination of nulls;
# by then all is warm, too.
WARM_UP = 8 * COMBINATIONS
# Executions whose plan is looked at: different learners, and each combination of parameters.
EXPLAINED = 2 * COMBINATIONS
# So many rows make a table big (list_big_tables), and are too many to read of one.
MANY_ROWS = 5000
# A query over its budget is measured again: other programs can only slow it down.
ATTEMPTS = 5
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_EXPLAIN = sql.SQL("explain (analyze, buffers, timing off, format json) execute {name}{values}")


@dataclass
class Measured:
    """One query's plans and times.

    :ivar plans: those that differ in shape
    :ivar milliseconds: p50, p95 and p99, as the client sees them; empty when not measured
    """

    name: str
    budget_ms: float | None
    plans: list[Plan]
    milliseconds: dict[str, float]
    problems: list[str]


def measure(
    app: Flask, header: QueryHeader, cases: Sequence[Case], big_tables: Collection[str], runs: int
) -> Measured:
    """Execute a query `runs` times on a connection like the service's, and look at its plans.

    Every execution is rolled back. With no `runs` there are only the plans.

    :raise NoValueError: if a parameter cannot be filled.
    """
    with connect_as_service(app) as conn:
        query = Query(conn, header, cases)
        for n in range(WARM_UP):
            query.time(n)
        times: dict[str, float] = {}
        for _ in range(ATTEMPTS if runs else 0):
            latest = _percentiles([query.time(n) for n in range(runs)])
            times = min(times or latest, latest, key=lambda p: p["p95"])
            if not _over_budget(header, times):
                break
        looked_at = map(query.explain, range(EXPLAINED))
        # Of those of one shape, the one that read most.
        plans = {plan.shape: plan for plan in sorted(looked_at, key=lambda plan: plan.buffers)}
    problems = _plan_problems(header, list(plans.values()), big_tables)
    if _over_budget(header, times):
        problems.append(f"p95 {times['p95']:.2f} ms is over the budget of {header.budget_ms:g} ms")
    return Measured(header.name, header.budget_ms, list(plans.values()), times, problems)


def explain_metric(conn: Connection, metric: str, user_ids: Sequence[int]) -> list[str]:
    """The lines of the plan that a metric of achievements gets for some learners, as executed."""
    text = getattr(queries.metrics, metric).sql
    rows = conn.execute(
        f"explain (analyze, buffers, timing off) {text}", {"user_ids": list(user_ids)}
    )
    return [line for (line,) in rows]


class Query:
    """One query on one connection."""

    def __init__(self, conn: Connection, header: QueryHeader, cases: Sequence[Case]):
        self.conn, self.header, self.cases = conn, header, cases
        self.tag = f"/* {header.name} */"
        text = reduce(getattr, header.name.split("."), queries).sql
        # psycopg numbers them by their first appearance.
        self.order = tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))
        # As bytes: the tests note who sends a query as text, and this is not its sender.
        self.text = text.encode()
        self.before = [
            Query(conn, read_header(FOLDER / f"{name.replace('.', '/')}.sql"), cases)
            for name in BEFORE.get(header.name, ())
        ]

    def parameters(self, n: int) -> dict:
        # Another learner each time, and in the end each with every combination: an even number of
        # them has to be shifted after each turn.
        shift = n // len(self.cases) if len(self.cases) % 2 == 0 else 0
        return fill(self.header, self.cases[(n + shift) % len(self.cases)], n)

    def prepare_data(self, n: int) -> None:
        """Send what comes before it in its transaction."""
        for query in self.before:
            self.conn.execute(query.text, query.parameters(n))

    def time(self, n: int) -> float:
        """Milliseconds from sending it to having its rows, in the n-th execution."""
        parameters = self.parameters(n)
        with _RolledBack(self.conn):
            self.prepare_data(n)
            started = time.perf_counter()
            cursor = self.conn.execute(self.text, parameters)
            if cursor.description:
                cursor.fetchall()
            return (time.perf_counter() - started) * 1000

    def explain(self, n: int) -> Plan:
        """The plan that the server takes for the prepared statement of the n-th execution."""
        before = self._prepared()
        self.time(n)
        after = self._prepared()
        # One a combination of nulls: this is the one that was just used.
        (name,) = (name for name in after if after[name] != before.get(name))
        given = self.parameters(n)
        values = sql.SQL(", ").join(sql.Literal(given[parameter]) for parameter in self.order)
        if given:
            values = sql.SQL("({})").format(values)
        statement = _EXPLAIN.format(name=sql.Identifier(name), values=values)
        with _RolledBack(self.conn):
            self.prepare_data(n)
            (document,) = self.conn.execute(statement, prepare=False).fetchone()
        is_generic = self._prepared()[name][1] > after[name][1]
        return read_plan(json.loads(document), is_generic)

    def _prepared(self) -> dict[str, tuple[int, int]]:
        """Name -> executions, and how many of them with a generic plan."""
        rows = queries.explain.list_prepared(self.conn, tag=self.tag)
        return {name: (executions, generic) for name, executions, generic in rows}


class _RolledBack:
    """A transaction that leaves nothing behind.

    Past psycopg, which forgets its prepared statements when it sees a rollback; the server
    does not.
    """

    def __init__(self, conn: Connection):
        self.pgconn = conn.pgconn

    def __enter__(self) -> None:
        self.pgconn.exec_(b"begin")

    def __exit__(self, *_) -> None:
        self.pgconn.exec_(b"rollback")


def _percentiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {f"p{p}": round(ordered[math.ceil(p / 100 * len(times)) - 1], 3) for p in (50, 95, 99)}


def _over_budget(header: QueryHeader, times: dict[str, float]) -> bool:
    return bool(times) and header.budget_ms is not None and times["p95"] > header.budget_ms


def _plan_problems(
    header: QueryHeader, plans: Sequence[Plan], big_tables: Collection[str]
) -> list[str]:
    scanned = {table for plan in plans for table in plan.scanned}.intersection(big_tables)
    problems = [f"reads all of {table}" for table in sorted(scanned)]
    handled = [row for plan in plans for row in plan.handled.items() if row[0] in big_tables]
    for table, rows in sorted(dict(sorted(handled, key=lambda row: row[1])).items()):
        if rows >= MANY_ROWS and table not in scanned:
            problems.append(f"reads {rows:,} rows of {table}")
        if not header.indexes:
            problems.append(f"reads {table}, and its header names no index")
    used = {index for plan in plans for index in plan.indexes}
    problems += [
        f"does not use {' or '.join(sorted(either))}"
        for either in header.indexes
        if either.isdisjoint(used)
    ]
    # Of several indexes each combination of parameters may need another one.
    named = frozenset().union(*header.indexes)
    if named and any(plan.indexes.isdisjoint(named) for plan in plans):
        problems.append("has a plan without any index that its header names")
    return problems
