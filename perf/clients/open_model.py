"""Requests that arrive at a fixed rate, whatever their answers take: the open model.

People do not wait for each other. A client that asks again only when it was answered sends less
the slower the server is, and never measures those who would have waited meanwhile (coordinated
omission). Here each request is timed from when it was due, even if no connection was free then.
"""

import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from typing import NamedTuple

from perf.clients.last_second import LastSecond, second_of
from perf.results import NO_ANSWER, Request

# Above it a client distorts what it measures.
CLIENT_CPU_LIMIT = 0.8


@dataclass(frozen=True)
class Call:
    """What is sent, and the name under which it is counted."""

    name: str
    method: str
    path: str
    token: str = ""
    body: bytes | None = None


class Arrived(NamedTuple):
    """What came of a client's requests.

    :ivar requests: each, timed from when it was due
    :ivar client_cpu: share of a processor that the client used while it was sending. When it only
        waits for the last answers it is idle, and the slower the service the longer.
    """

    requests: list[Request]
    client_cpu: float


class Clients(ProcessPoolExecutor):
    """Processes for clients: nothing else that one does may delay its requests.

    :ivar last_second: what those who send at a rate saw in it
    """

    def __init__(self, count: int):
        context = get_context("spawn")
        self.last_second = LastSecond(context, count)
        super().__init__(count, context, _begin, (self.last_second,))


# Of this process, if it is a client's.
_last_second: LastSecond | None = None


def _begin(last_second: LastSecond) -> None:
    """In a client's process: Ctrl-C ends it without a word."""
    global _last_second
    last_second.join()
    _last_second = last_second
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def client_processes(count: int = 1) -> Iterator[Clients]:
    """So many processes; an exception in the `with` block ends what they do."""
    with Clients(count) as pool:
        try:
            yield pool
        except BaseException:
            # They would first send everything that they were asked to.
            for process in active_children():
                process.terminate()
            raise


def send_at_rate(
    scenario: str,
    url: str,
    calls: Sequence[Call],
    rate: float,
    seconds: float,
    zero: float | None = None,
    connections: int = 100,
    timeout: float = 30,
) -> Arrived:
    """Send `rate` requests a second for some seconds, over kept-alive connections.

    An answer that is not 2xx is an error, and so is none.

    :param scenario: the name of the requests' scenario
    :param url: of the server
    :param calls: sent in turn, the first again after the last
    :param zero: the `time.monotonic()` from which `due` is counted; now
    :param connections: used in turn; a request waits, on the clock, while its own is in use
    :param timeout: seconds after which a request counts as not answered
    """
    import gevent
    from geventhttpclient.client import HTTPClient

    options = {"connection_timeout": timeout, "network_timeout": timeout}
    clients = [HTTPClient.from_url(url, **options) for _ in range(connections)]
    prepared = [(call, headers_of(call)) for call in calls]
    requests: list[Request] = []
    started, cpu = time.monotonic(), time.process_time()
    zero = started if zero is None else zero

    def show() -> None:
        shown = 0
        while True:
            gevent.sleep(1)
            new, shown = requests[shown:], len(requests)
            _last_second.write(second_of(new))

    def send(number: int, due: float) -> None:
        call, headers = prepared[number % len(prepared)]
        try:
            answer = clients[number % connections].request(
                call.method, call.path, call.body or b"", headers
            )
            answer.read()
            status = answer.get_code()
        except Exception:  # Whatever went wrong, there was no answer.
            status = NO_ANSWER
        took = time.monotonic() - due
        is_error = not 200 <= status < 300
        requests.append(Request(scenario, call.name, due - zero, took, status, is_error))

    shower = gevent.spawn(show) if _last_second else None
    sent = []
    for number in range(max(1, round(rate * seconds))):
        due = started + number / rate
        wait = due - time.monotonic()
        if wait > 0:
            gevent.sleep(wait)
        sent.append(gevent.spawn(send, number, due))
    # When the next one would be due. What comes later is only waiting for the last answers.
    gevent.sleep(max(0, started + len(sent) / rate - time.monotonic()))
    client_cpu = (time.process_time() - cpu) / (time.monotonic() - started)
    gevent.joinall(sent)
    if shower:
        shower.kill()
        _last_second.write(second_of([]))
    for one in clients:
        one.close()
    return Arrived(requests, client_cpu)


def headers_of(call: Call) -> dict[str, str]:
    """What a request of it has beside its path."""
    headers = {"Cookie": f"access_token={call.token}"} if call.token else {}
    return headers | ({"Content-Type": "application/json"} if call.body else {})
