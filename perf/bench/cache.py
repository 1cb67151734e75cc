"""What the cache is worth: the cached answers beside an endpoint that does nothing.

    .venv/bin/python -m perf.bench.cache [--seconds 3] [--rounds 5]

A machine is as fast as it is at that moment, so every round measures all rows one after the other,
and what counts is the ratio to the bare view of the same round: a Flask view with a constant body
of the same length, under the project's own gunicorn settings and one worker. `no cache` is the same
app with a Redis that is not there.
"""

import argparse
import json
import os
import secrets
import select
import socket
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import redis
from flask import Flask, Response
from tabulate import tabulate

from courseapp import create_app
from courseapp.cache_store import STATS
from courseapp.db import connect_as_owner, queries
from courseapp.devservers import start_servers
from courseapp.devstack import as_service, run_command
from perf.service import ask, serve

CONNECTIONS = 8
WARM_UP_SECONDS = 0.3
DATA = ("seed", "load", "--users", "1000", "--courses", "50", "--progress", "20000")
JSON = "application/json"
LIST, GAMIFICATION = "/api/v1/courses", "/api/v1/gamification/me"
# Name, server, path, share of the bare view before it that it should reach.
ROWS = (
    ("bare view, as long as the list", "bare", LIST, None),
    ("course list, cached", "cache", LIST, 0.75),
    ("course list, no cache", "no cache", LIST, None),
    ("bare view, as long as gamification", "bare", GAMIFICATION, None),
    ("gamification, cached", "cache", GAMIFICATION, 0.5),
    ("gamification, no cache", "no cache", GAMIFICATION, None),
)


def bare() -> Flask:
    """The yardstick, for gunicorn. Its configuration wants a database to open and close."""
    app = Flask(__name__, static_folder=None)
    app.extensions["database"] = SimpleNamespace(open=lambda: None, close=lambda: None)
    for number, (path, size) in enumerate(json.loads(os.environ["BENCH_BYTES"]).items()):
        body = json.dumps("x" * (size - 2)).encode()
        app.add_url_rule(path, str(number), view_func=partial(Response, body, mimetype=JSON))
    app.add_url_rule("/livez", "livez", view_func=lambda: "")
    return app


def count_answers(port: int, request: bytes, seconds: float) -> int:
    """How many answers CONNECTIONS kept-alive connections get, each asking again at once.

    :raise RuntimeError: if one is not 200, or none comes for five seconds.
    """
    poll, missing, count = select.epoll(), {}, 0
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    by_number = {connection.fileno(): connection for connection in connections}
    for number, connection in by_number.items():
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(number, select.EPOLLIN)
        connection.sendall(request)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ready = poll.poll(5)
        if not ready:
            raise RuntimeError("No answer")
        for number, _ in ready:
            data = by_number[number].recv(262_144)
            if not missing.get(number):
                head, _, body = data.partition(b"\r\n\r\n")
                # gunicorn sends the head in one piece.
                if not head.startswith(b"HTTP/1.1 200 ") or b"Content-Length: " not in head:
                    raise RuntimeError(f"Not an answer: {data[:300]!r}")
                length = head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]
                missing[number] = int(length) - len(body)
            else:
                missing[number] -= len(data)
            if not missing[number]:
                count += 1
                by_number[number].sendall(request)
    for connection in connections:
        connection.close()
    return count


def prepare(stack: ExitStack, folder: Path) -> tuple[dict[str, int], str, redis.Redis]:
    """Start everything; the port of each server, a learner's token, and the cache's Redis."""
    urls = stack.enter_context(start_servers(folder / "servers", durable=False))
    settings = {"APP_ENV": "development", "SECRET_KEYS": secrets.token_urlsafe(48)}
    settings |= as_service(urls)
    # Not what the caller's shell or `make run` says.
    settings["CACHE_REDIS_URL"] = urls["REDIS_URL"].replace("db=0", "db=1")
    app = create_app(settings)
    run_command(app, "db", "upgrade")
    with connect_as_owner(app) as conn:
        queries.db.create_service_login(conn)
    run_command(app, *DATA)

    away = {"CACHE_REDIS_URL": f"unix://{folder}/nowhere"}
    ports = {
        "cache": serve(stack, folder, "cache", "wsgi:app", settings),
        "no cache": serve(stack, folder, "no-cache", "wsgi:app", settings | away),
    }
    login = {"email": "load000001@example.com", "password": "password123"}
    response, _ = ask(ports["cache"], "POST", "/api/v1/auth/login", login)
    token = response.headers["Set-Cookie"].partition("access_token=")[2].partition(";")[0]
    sizes = {
        path: len(ask(ports["cache"], "GET", path, token=token)[1]) for path in (LIST, GAMIFICATION)
    }
    bare_settings = {"BENCH_BYTES": json.dumps(sizes)}
    ports["bare"] = serve(stack, folder, "bare", "perf.bench.cache:bare()", bare_settings)
    print(f"The list has {sizes[LIST]:,} bytes, gamification {sizes[GAMIFICATION]:,}.")
    return ports, token, redis.Redis.from_url(settings["CACHE_REDIS_URL"])


def count_hits(cache: redis.Redis) -> int:
    """How many answers the cache has given."""
    return sum(int(n) for name, n in cache.hgetall(STATS).items() if name.startswith(b"hits "))


def measure(load, ports, token, cache, seconds: float) -> list[float]:
    """Requests per second of each row.

    :raise RuntimeError: if a cached row was not answered from the cache, or another one was.
    """
    rates = []
    for name, server, path, _ in ROWS:
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
        arguments = ports[server], head.encode()
        load.submit(count_answers, *arguments, WARM_UP_SECONDS).result()
        hits = count_hits(cache)
        count = load.submit(count_answers, *arguments, seconds).result()
        # They are counted a quarter of a second late.
        hits = count_hits(cache) - hits
        if (hits < count / 2) if server == "cache" else hits > count / 2:
            raise RuntimeError(f"{name}: {count} answers and {hits} hits of the cache")
        rates.append(count / seconds)
    return rates


def report(rounds: list[list[float]]) -> None:
    """Print the table."""
    table = []
    for (name, server, _, goal), rates in zip(ROWS, zip(*rounds, strict=True), strict=True):
        if server == "bare":
            bare = rates
        ratios = [rate / of for rate, of in zip(rates, bare, strict=True)]
        spread = f"{min(ratios):.0%} … {max(ratios):.0%}"
        wanted = f"{goal:.0%}" if goal else ""
        table.append([name, f"{median(rates):,.0f}", f"{median(ratios):.0%}", spread, wanted])
    headers = ["", "requests/s", "of bare", "lowest … highest", "goal"]
    print(tabulate(table, headers, colalign=("left", *["right"] * 4), disable_numparse=True))


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3, help="of each row in each round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        load = stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
        prepared = prepare(stack, folder)
        rounds = [measure(load, *prepared, options.seconds) for _ in range(options.rounds)]
    report(rounds)


if __name__ == "__main__":
    main()
