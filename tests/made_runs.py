"""Runs as the load tests leave them, with requests and samples that a test knows all about."""

import random

from perf.results import NO_ANSWER, Check, Request, Run, Sample, Scenario

LIMITS = "perf/gate.toml"


def make_run(folder, **overrides):
    """An empty run in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {"stage": "test", "started_at": "2026-11-28T12:00:00+00:00", "host": "127.0.0.1:8000"}
    return Run(folder=folder, **(values | overrides))


def watchers(rate=40, seconds=60, stall_at=None, slow_from=None, name="POST progress", seed=8):
    """Requests at a rate, about 20 ms each.

    :param stall_at: from then on nothing is answered for a second
    :param slow_from: from then on each takes half a second more
    """
    chance = random.Random(seed)
    requests = []
    for number in range(rate * seconds):
        due = number / rate
        took = chance.lognormvariate(-3.9, 0.35)
        if stall_at is not None and due <= stall_at + 1 and due + took > stall_at:
            took += stall_at + 1 - due
        if slow_from is not None and due >= slow_from:
            took += 0.5
        requests.append(Request("watchers", name, due, took, 200, False))
    return requests


def with_errors(requests, every):
    """The same, but each `every`th is refused, or has no answer, in turn."""
    return [
        request._replace(status=503 if number % (2 * every) else NO_ANSWER, is_error=True)
        if number % every == 0
        else request
        for number, request in enumerate(requests)
    ]


def samples(seconds=60, busy_from=None):
    """Two samples a second of everything; from `busy_from` on web 1 is busy and requests wait."""
    chance = random.Random(9)
    for half in range(2 * seconds):
        at = half / 2
        is_busy = busy_from is not None and at >= busy_from
        cpu = {"web 1": 0.97 if is_busy else 0.4, "web 2": 0.38, "postgres": 0.35, "redis": 0.05}
        for process, used in cpu.items():
            yield Sample(at, "cpu", process, max(0, used + chance.gauss(0, 0.01)))
            yield Sample(at, "rss", process, 48e6 + chance.gauss(0, 2e5))
        for what, value in (("active", 3), ("idle", 5)):
            yield Sample(at, "pool", what, value)
        yield Sample(at, "cache", "hits", 1000 + half * 9)
        yield Sample(at, "cache", "misses", 50 + half)
        yield Sample(at, "proxy", "queue", 12 if is_busy else 0)
        yield Sample(at, "proxy", "sessions", 100 + chance.randint(0, 5))


def scenario(**overrides):
    """Watchers, judged from the tenth second to the sixtieth."""
    values = {"name": "watchers", "model": "closed", "users": 100, "begin": 10, "end": 60}
    return Scenario(**({"client_cpu": 0.2} | values | overrides))


def check(what="p95", limit="< 500 ms", seen="612 ms", is_kept=False, **overrides):
    """A criterion of the watchers."""
    values = {"scenario": "watchers", "request": "POST progress", "source": LIMITS} | overrides
    return Check(what=what, limit=limit, seen=seen, is_kept=is_kept, **values)
