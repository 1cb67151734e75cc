"""Requests that arrive at a fixed rate, whatever their answers take: the open model.

People do not wait for each other. A client that asks again only when it was answered sends less
the slower the server is, and never measures those who would have waited meanwhile (coordinated
omission). Here each request is timed from when it was due, even if no connection was free then.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from perf.results import NO_ANSWER


@dataclass(frozen=True)
class Request:
    """What is sent, and the name under which it is counted."""

    name: str
    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: when it was due after the start and how long its answer took from then.

    Both in seconds; the status is NO_ANSWER where there was none.
    """

    name: str
    due: float
    seconds: float
    status: int


@dataclass(frozen=True)
class Arrived:
    """All samples, and what share of a processor the client used; above 0.8 it distorts."""

    samples: list[Sample]
    cpu_share: float


def start(pool: ProcessPoolExecutor, *arguments, **options) -> "Future[Arrived]":
    """Run `send_at_rate` in a process of its own, see there."""
    return pool.submit(send_at_rate, *arguments, **options)


def client_processes(count: int = 1) -> ProcessPoolExecutor:
    """Processes for clients: nothing else they do may delay their requests."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


def send_at_rate(
    url: str,
    requests: Sequence[Request],
    rate: float,
    seconds: float,
    connections: int = 100,
    timeout: float = 30,
) -> Arrived:
    """Send `rate` requests a second for some seconds, over kept-alive connections.

    :param url: of the server
    :param requests: sent in turn, the first again after the last
    :param connections: used in turn; a request waits, on the clock, while its own is in use
    :param timeout: seconds after which a request counts as not answered
    """
    import gevent
    from geventhttpclient.client import HTTPClient

    options = {"connection_timeout": timeout, "network_timeout": timeout}
    clients = [HTTPClient.from_url(url, **options) for _ in range(connections)]
    samples: list[Sample] = []

    def send(number: int, due: float) -> None:
        request = requests[number % len(requests)]
        try:
            answer = clients[number % connections].request(
                request.method, request.path, request.body or b"", request.headers
            )
            answer.read()
            status = answer.get_code()
        except Exception:  # Whatever went wrong, there was no answer.
            status = NO_ANSWER
        samples.append(Sample(request.name, due - started, time.monotonic() - due, status))

    started, cpu = time.monotonic(), time.process_time()
    sent = []
    for number in range(max(1, round(rate * seconds))):
        due = started + number / rate
        wait = due - time.monotonic()
        if wait > 0:
            gevent.sleep(wait)
        sent.append(gevent.spawn(send, number, due))
    gevent.joinall(sent)
    took = time.monotonic() - started
    for client in clients:
        client.close()
    return Arrived(samples, (time.process_time() - cpu) / took)
