"""What certificates cost: rendering, waiting for the file, and a burst of them.

    .venv/bin/python -m perf.bench.certificates [--burst 200] [--seconds 20]

Rendering first, see perf/bench/rendering.py. The rest goes through HAProxy to the whole service, as
in any load test (perf/stack.py). Waiting is from the POST to the last byte of the PDF, asked for
every 5 ms, and where many wait every 50 ms: asking takes the processors from rendering. The burst
is sent at one moment. Progress updates arrive at a fixed rate, whatever their answers take, and are
timed from when they were due.
"""

import argparse
import itertools
import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

from tabulate import tabulate

from courseapp.db import connect_as_owner, queries
from perf.bench import rendering as bench_rendering
from perf.clients.ask import ask
from perf.clients.open_model import Call, client_processes, send_at_rate
from perf.stack import Stack, start_stack

API = "/api/v1"
LEARNERS = 1500
DATA = ("--users", str(LEARNERS), "--courses", "20", "--progress", "150000")
# Progress updates a second, of so many learners that each sends one in more than five seconds.
UPDATES, WATCHING = 40, 240
UPDATE = {"watched_seconds": 1, "last_position_seconds": 1, "completion_percentage": 1}
ALONE = 40


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--burst", type=int, default=200, help="certificates at once")
    parser.add_argument("--seconds", type=float, default=20, help="of updates, and of arrivals")
    options = parser.parse_args()
    print(bench_rendering.measure())
    with (
        tempfile.TemporaryDirectory() as folder,
        start_stack(Path(folder), DATA) as stack,
        client_processes(2) as clients,
    ):
        learners = stack.login_as(LEARNERS * 8 // 10)["learners"]
        calls = itertools.chain.from_iterable(map(_certificates, learners))
        watching = [_update(learner) for learner in learners[:WATCHING]]
        alone = [wait_for(stack, next(calls), 0.005) for _ in range(ALONE + 1)][1:]
        # Once over, so that every program has warmed up.
        for seconds in (3, options.seconds):
            job = clients.submit(send_at_rate, "idle", stack.url, watching, UPDATES, seconds)
            idle = [one.seconds for one in job.result().requests]
        rows, rate = burst(stack, clients, watching, take(calls, options.burst), idle)
        steady = arrivals(stack, calls, 0.8 * rate, options.seconds)
    table = [
        ["from POST to PDF, alone", f"median {_ms(median(alone))}, p95 {_ms(p(alone, 95))}"],
        [
            f"arriving at 80 % of the drain rate, {len(steady)}",
            f"median {_ms(median(steady))}, p95 {_ms(p(steady, 95))}",
        ],
        *rows,
    ]
    print(tabulate(table))


def _certificates(learner: dict) -> list[Call]:
    """How a learner gets each certificate that is due."""
    return [
        Call("issue", "POST", f"{API}/certificates/courses/{course_id}", learner["access_token"])
        for course_id in learner["finished_course_ids"]
    ]


def _update(learner: dict) -> Call:
    path = f"{API}/progress/lessons/{learner['watching']['lesson_id']}"
    return Call("update", "POST", path, learner["access_token"], json.dumps(UPDATE).encode())


def take(calls: Iterator[Call], count: int) -> list[Call]:
    """The next `count` of them.

    :raise RuntimeError: if there are no more
    """
    taken = list(itertools.islice(calls, count))
    if len(taken) < count:
        raise RuntimeError("The data have no more completed courses: ask for less.")
    return taken


def wait_for(stack: Stack, issue: Call, pause: float = 0.05) -> float:
    """Issue a certificate and ask for its PDF every `pause` seconds; how long it took."""
    started, port = time.monotonic(), int(stack.url.rpartition(":")[2])

    def answer(method: str, path: str, *expected: int) -> tuple[int, bytes]:
        response, body = ask(port, method, path, token=issue.token)
        if response.status not in expected:
            raise RuntimeError(f"{method} {path}: {response.status} {body!r}")
        return response.status, body

    path = f"{API}/certificates/{json.loads(answer('POST', issue.path, 201)[1])['id']}/pdf"
    while answer("GET", path, 200, 202)[0] == 202:
        time.sleep(pause)
    return time.monotonic() - started


def burst(
    stack: Stack,
    clients: ProcessPoolExecutor,
    watching: list[Call],
    issues: list[Call],
    idle: list[float],
) -> tuple[list[list[str]], float]:
    """Issue many at one moment while others watch; rows of the table, and files made a second."""
    zero = time.monotonic()
    # It draws near 10 a second; what comes after the last is not looked at.
    busy = clients.submit(
        send_at_rate, "busy", stack.url, watching, UPDATES, 3 + len(issues) / 5, zero
    )
    time.sleep(2)
    count = len(issues)
    posts = clients.submit(
        send_at_rate, "issue", stack.url, issues, 1e6, count / 1e6, zero, count
    ).result()
    if any(one.status != 201 for one in posts.requests):
        raise RuntimeError("Not all were issued.")
    with connect_as_owner(stack.app) as conn:
        while queries.jobs.get_state(conn)[1]:
            time.sleep(0.1)
    drained = time.monotonic() - zero
    begun = min(one.due for one in posts.requests)
    issued = max(one.due + one.seconds for one in posts.requests)
    updates = busy.result().requests
    rate = count / (drained - begun)

    def row(name: str, since: float, until: float) -> list[str]:
        times = [one.seconds for one in updates if since <= one.due < until]
        return [
            name,
            f"{len(times)}: p50 {_ms(median(times))}, p99 {_ms(p(times, 99))},"
            f" {p(times, 99) / p(idle, 99):.1f} times the idle p99",
        ]

    return [
        [
            f"{count} at once",
            f"issued in {issued - begun:.1f} s, drained in {drained - begun:.1f} s, {rate:.1f}/s",
        ],
        ["updates, idle", f"{len(idle)}: p50 {_ms(median(idle))}, p99 {_ms(p(idle, 99))}"],
        row("updates, from the burst until all are made", begun, drained),
        row("of those, while they were issued", begun, issued),
        row("of those, afterwards", issued, drained),
    ], rate


def arrivals(stack: Stack, calls: Iterator[Call], rate: float, seconds: float) -> list[float]:
    """Issue so many a second; how long each waited for its PDF."""
    with ThreadPoolExecutor(64) as threads:
        begun, waits = time.monotonic(), []
        for number, issue in enumerate(take(calls, int(rate * seconds))):
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            waits.append(threads.submit(wait_for, stack, issue))
        return [one.result() for one in waits]


def p(times: list[float], percent: int) -> float:
    """A percentile."""
    return quantiles(times, n=100, method="inclusive")[percent - 1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


if __name__ == "__main__":
    main()
