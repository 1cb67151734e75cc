"""`make bench`: each endpoint beside what it cannot be faster than, in one run.

    .venv/bin/python -m perf.bench [--seconds 2] [--rounds 5] [--only progress]

In every round, one after the other, for each endpoint: (a) a Flask view that does nothing but
answer as many bytes, under the same gunicorn settings behind the same HAProxy; (b) the same
statements, sent by pgbench on as many connections; (c) the endpoint. What counts is (c) as a share
of the composed floor 1 / (1/a + 1/b), or of (a) where the cache answers; `no cache` is a
second service with CACHE=off. Closed model, 8 connections, and 500 for the last table; the client,
the services and the database share the processors. Exits with 1 when the client was too busy.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tqdm import tqdm

from courseapp.config import CHECKOUT
from courseapp.db import connect_as_owner, queries
from courseapp.devprocess import ServerError
from perf.bench.pgbench import pgbench_script, run_pgbench
from perf.bench.rows import (
    CONNECTIONS,
    LEARNERS,
    Data,
    Endpoint,
    Round,
    busy_rows,
    endpoints,
    report,
)
from perf.clients.ask import ask
from perf.clients.open_model import client_processes
from perf.clients.saturate import Answers, request, saturate
from perf.exit_status import exit_status
from perf.processes import usage
from perf.stack import Stack, start_stack
from perf.web import free_port, start_web

FOLDER = CHECKOUT / ".dev/bench"
# One update of a lesson in 5 s is stored: so many learners that hardly any of pgbench's is refused.
LOAD = ("--users", "50000", "--courses", "200", "--progress", "1000000")
# Of those so few where the cache answers, so that it has their answers.
CACHED_LEARNERS = 200
WARM_UP_SECONDS = 1.0


def prepare_data(stack: Stack) -> Data:
    """Sessions whose ids pgbench can compute, and a lesson that everybody watches."""
    with connect_as_owner(stack.app) as conn:
        first, learners, offset, is_without_gaps = queries.load.create_ordered_sessions(conn)
        if not is_without_gaps:
            raise ServerError("The ids have gaps: remove .dev/bench and run it again.")
        course_id, lesson_id = queries.load.enroll_everybody(conn)
        queries.load.vacuum(conn)
    return Data(first, learners, offset, course_id, lesson_id)


def prepare_requests(
    stack: Stack, data: Data, rows: list[Endpoint], learners: int = LEARNERS
) -> None:
    """Fill in what is sent, by so many learners, and how long the answers are."""
    tokens = [
        stack.app.extensions["tokens"].sign("access", user_id, user_id + data.id_offset, 3600)
        for user_id in range(data.first_user_id, data.first_user_id + learners)
    ]
    port = _port(stack)
    for row in rows:
        some = tokens if row.statements else tokens[:CACHED_LEARNERS]
        row.requests = [request(row.method, row.path, token, row.body) for token in some]
        row.size = _size(port, row)


def _size(port: int, row: Endpoint) -> int:
    token = row.requests[0].partition(b"access_token=")[2].partition(b"\r\n")[0].decode()
    document = json.loads(row.body) if row.body else None
    response, body = ask(port, row.method, row.path, document, token)
    if response.status != 200:
        raise ServerError(f"{row.name}: {response.status} {body!r}")
    return len(body)


def _port(stack: Stack) -> int:
    return int(stack.url.rpartition(":")[2])


def measure(
    stack: Stack,
    ports: dict[str, int],
    client: ProcessPoolExecutor,
    row: Endpoint,
    script: Path | None,
    seconds: float,
) -> Round:
    """One row, its yardsticks first.

    :param ports: of `bare` and `no cache`
    """

    def ask(port: int, requests: list[bytes]) -> Answers:
        client.submit(saturate, port, requests, WARM_UP_SECONDS, row.connections).result()
        # Those of the warm-up have to wait.
        rest = [*requests[len(requests) // 2 :], *requests[: len(requests) // 2]]
        return client.submit(saturate, port, rest, seconds, row.connections).result()

    bare = ask(ports["bare"], [request(row.method, f"/{row.size}", "x" * 200, row.body)])
    database = (
        run_pgbench(stack.settings["DATABASE_URL"], script, seconds, CONNECTIONS)
        if script
        else None
    )
    before = _used(stack)
    seen = ask(_port(stack) if row.is_cached else ports["no cache"], row.requests)
    used = {name: spent - before[name] for name, spent in _used(stack).items()}
    # The warm-up's requests are as many a second.
    count = seen.rate * (WARM_UP_SECONDS + seconds)
    return Round(bare, database, seen, {name: spent / count for name, spent in used.items()})


def _used(stack: Stack) -> dict[str, float]:
    """Program -> seconds of a processor so far; those with and without the cache together.

    :raise ServerError: if one of them has ended.
    """
    seconds: dict[str, float] = {}
    for name, child in stack.children.items():
        spent = usage(child)
        # What nobody has waited for yet is still there, with nothing.
        if spent is None or child.ended():
            raise ServerError(f"{name} has ended. {child.last_words()}")
        program = name.removeprefix("uncached-")
        program = "gunicorn" if program.startswith("web ") else program
        seconds[program] = seconds.get(program, 0.0) + spent[0]
    return seconds


def main() -> int:
    """Exit status: 1 when the client was too busy, 2 when it could not be run, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2, help="of each row in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="rows whose name has this in it")
    options = parser.parse_args()
    return exit_status(lambda: run(options.seconds, options.rounds, options.only))


def run(seconds: float, number: int, only: str | None) -> int:
    """Measure and report; returns the exit status.

    :param seconds: of each row in each of so many rounds
    :param only: rows whose name has this in it
    :raise ServerError: if a program does not start, or ends.
    :raise ValueError: if there is no such row.
    """
    with ExitStack() as exits:
        client = exits.enter_context(client_processes())
        stack = exits.enter_context(start_stack(FOLDER, LOAD, with_workers=False))
        data = prepare_data(stack)
        rows = endpoints(data.course_id, data.lesson_id)
        rows = [row for row in rows if not only or only in row.name]
        if not rows:
            raise ValueError(f"No row has {only} in its name.")
        prepare_requests(stack, data, rows)
        ports = {"bare": free_port(), "no cache": free_port()}
        sockets = stack.statistics.parent
        sizes = {"BARE_BYTES": json.dumps(sorted({row.size for row in rows}))}
        start_web(exits, FOLDER, "perf.bench.bare:bare()", sizes, ports["bare"], sockets, "bare-")
        environ = stack.settings | {"CACHE": "off"}
        stack.children |= start_web(
            exits, FOLDER, "wsgi:app", environ, ports["no cache"], sockets, "uncached-"
        )
        scripts = {row.name: _write_script(row, data) for row in rows}
        rounds: dict[str, list[Round]] = {row.name: [] for row in rows}
        bar = tqdm(total=number * len(rows), unit=" rows", leave=False, disable=None)
        for _ in range(number):
            for row in rows:
                seen = measure(stack, ports, client, row, scripts[row.name], seconds)
                rounds[row.name].append(seen)
                bar.update()
        bar.close()
    print("\n\n".join(report(rows, rounds)))
    return 1 if busy_rows(rounds) else 0


def _write_script(row: Endpoint, data: Data) -> Path | None:
    if not row.statements:
        return None
    path = FOLDER / f"{row.name.replace(' ', '-')}.pgbench.sql"
    path.write_text(pgbench_script(row, data), "utf-8")
    return path


if __name__ == "__main__":
    main()
