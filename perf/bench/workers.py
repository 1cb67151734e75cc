"""How to run gunicorn behind HAProxy: the same service in several arrangements, side by side.

    .venv/bin/python -m perf.bench.workers [--seconds 2] [--rounds 5]

All arrangements run at the same time, and each round asks one after the other. What counts is the
ratio to the first one in the same round. Closed model, 32 connections: more than there are threads.
Exits with 1 when the client was too busy.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from tabulate import tabulate
from tqdm import tqdm

from perf.bench.endpoints import FOLDER, LOAD, prepare_data, prepare_requests
from perf.bench.rows import endpoints
from perf.clients.open_model import CLIENT_CPU_LIMIT, client_processes
from perf.clients.saturate import Answers, saturate
from perf.exit_status import exit_status
from perf.percentiles import percentile
from perf.stack import start_stack
from perf.web import free_port, start_web

CONNECTIONS = 32
# So many that each asks once in a round: none is throttled.
LEARNERS = 25_000
WARM_UP_SECONDS = 0.5


@dataclass(frozen=True)
class Arrangement:
    """Gunicorns behind HAProxy.

    :ivar gunicorns: each with a socket of its own, to which HAProxy sends `workers` x `threads`
        requests at once and no more
    :ivar extra: more of gunicorn's arguments
    """

    name: str
    gunicorns: int
    workers: int
    threads: int
    extra: str = ""
    is_pinned: bool = True


ARRANGEMENTS = (
    Arrangement("2 gunicorns, 1 worker each, 4 threads", 2, 1, 4),
    Arrangement("the first, on any processor", 2, 1, 4, is_pinned=False),
    Arrangement("1 gunicorn, 2 workers, 4 threads", 1, 2, 4, is_pinned=False),
    Arrangement("2 gunicorns, 1 worker each, 2 threads", 2, 1, 2),
    Arrangement("2 gunicorns, 1 worker each, 8 threads", 2, 1, 8),
    Arrangement("1 gunicorn, 1 worker, 8 threads", 1, 1, 8),
    Arrangement("3 gunicorns, 1 worker each, 4 threads", 3, 1, 4),
    Arrangement("4 gunicorns, 1 worker each, 2 threads", 4, 1, 2),
    Arrangement("the first, without keep-alive", 2, 1, 4, "--keep-alive 0"),
    Arrangement("2 gunicorns, 4 sync workers each", 2, 4, 1, "--worker-class sync", False),
    Arrangement("2 gunicorns, 1 gevent worker each", 2, 1, 4, "--worker-class gevent"),
)


def main() -> int:
    """Exit status: 1 when the client was too busy, 2 when it could not be run, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2, help="of each row in each round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    return exit_status(lambda: run(options.seconds, options.rounds))


def run(seconds: float, count: int) -> int:
    """Measure and report; returns the exit status.

    :param seconds: of each arrangement in each of `count` rounds
    :raise ServerError: if a program does not start.
    """
    with ExitStack() as exits:
        client = exits.enter_context(client_processes())
        stack = exits.enter_context(start_stack(FOLDER, LOAD, with_workers=False))
        data = prepare_data(stack)
        asked = {"progress update": [], "course list, cached": []}
        for row in endpoints(data.course_id, data.lesson_id):
            if row.name in asked:
                prepare_requests(stack, data, [row], LEARNERS)
                asked[row.name] = row.requests
        ports = [_start(exits, stack, place, one) for place, one in enumerate(ARRANGEMENTS)]
        rounds = {name: [[] for _ in ARRANGEMENTS] for name in asked}
        steps = count * len(asked) * len(ARRANGEMENTS)
        with tqdm(total=steps, unit=" rows", leave=False, disable=None) as bar:
            for _ in range(count):
                for name, requests in asked.items():
                    for place, port in enumerate(ports):
                        seen = _measure(client, port, requests, seconds)
                        # Who was asked now comes last the next time: nobody is throttled.
                        done = len(seen.ordered)
                        requests[:] = [*requests[done:], *requests[:done]]
                        rounds[name][place].append(seen)
                        bar.update()
    for name, by_arrangement in rounds.items():
        print(f"\n{report(name, by_arrangement)}")
    everything = [one for some in rounds.values() for seen in some for one in seen]
    return judge(max(one.client_cpu for one in everything))


def judge(client_cpu: float) -> int:
    """Say whether the client had enough of a processor; returns the exit status.

    :param client_cpu: the highest share of a processor that it used
    """
    print(f"\nThe client used at most {client_cpu:.0%} of a core.")
    if client_cpu <= CLIENT_CPU_LIMIT:
        return 0
    print(f"INVALID: at most {CLIENT_CPU_LIMIT:.0%} are allowed.")
    return 1


def _start(exits: ExitStack, stack, number: int, one: Arrangement) -> int:
    port = free_port()
    at_once = str(one.workers * one.threads)
    environ = stack.settings | {
        "THREADS": str(one.threads),
        "DATABASE_POOL_SIZE": str(one.threads),
        "WEB_CONCURRENCY": str(one.workers),
        "COURSEAPP_THREADS": at_once,
        "GUNICORN_CMD_ARGS": one.extra,
    }
    sockets = stack.statistics.parent
    start_web(
        exits,
        FOLDER,
        "wsgi:app",
        environ,
        port,
        sockets,
        f"{number}-",
        instances=one.gunicorns,
        is_pinned=one.is_pinned,
    )
    return port


def _measure(client, port: int, requests: list[bytes], seconds: float) -> Answers:
    client.submit(saturate, port, requests[-500:], WARM_UP_SECONDS, CONNECTIONS).result()
    return client.submit(saturate, port, requests, seconds, CONNECTIONS).result()


def report(name: str, by_arrangement: Sequence[Sequence[Answers]]) -> str:
    """A table of one kind of request."""
    table = []
    first = by_arrangement[0]
    for one, seen in zip(ARRANGEMENTS, by_arrangement, strict=True):
        ratios = [mine.rate / of.rate for mine, of in zip(seen, first, strict=True)]
        times = sorted(seconds for answers in seen for seconds in answers.ordered)
        table.append(
            [
                one.name,
                f"{median(answers.rate for answers in seen):,.0f}",
                f"{median(ratios):.0%}",
                f"{min(ratios):.0%} … {max(ratios):.0%}",
                f"{percentile(times, 50) * 1000:.1f}",
                f"{percentile(times, 99) * 1000:.1f}",
            ]
        )
    headers = [name, "requests/s", "of the first", "lowest … highest", "p50 ms", "p99 ms"]
    align = ("left", *["right"] * 5)
    return tabulate(table, headers, "github", colalign=align, disable_numparse=True)


if __name__ == "__main__":
    sys.exit(main())
