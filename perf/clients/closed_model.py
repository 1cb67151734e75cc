"""A fixed number of requests at once: the closed model, which asks for throughput, not latency."""

import time
from collections.abc import Sequence
from contextlib import closing

from perf.clients.open_model import Arrived, Call, headers_of
from perf.results import NO_ANSWER, Request


def send_in_loop(
    scenario: str,
    url: str,
    calls: Sequence[Call],
    concurrency: int,
    seconds: float,
    zero: float | None = None,
    timeout: float = 30,
    most: int | None = None,
) -> Arrived:
    """Have always so many requests on their way, each after the answer to the one before.

    Requests are timed from when they were sent. An answer that is not 2xx is an error.

    :param calls: sent in turn, the first again after the last
    :param most: ends after so many, if they are fewer
    :param zero: the `time.monotonic()` from which `due` is counted; now
    """
    import gevent
    from geventhttpclient.client import HTTPClient

    prepared = [(call, headers_of(call)) for call in calls]
    requests: list[Request] = []
    started, cpu = time.monotonic(), time.process_time()
    zero = started if zero is None else zero
    number = 0

    def work() -> None:
        nonlocal number
        options = {"connection_timeout": timeout, "network_timeout": timeout}
        with closing(HTTPClient.from_url(url, **options)) as client:
            while (sent := time.monotonic()) < started + seconds and number != most:
                call, headers = prepared[number % len(prepared)]
                number += 1
                try:
                    answer = client.request(call.method, call.path, call.body or b"", headers)
                    answer.read()
                    status = answer.get_code()
                except Exception:  # Whatever went wrong, there was no answer.
                    status = NO_ANSWER
                took, is_error = time.monotonic() - sent, not 200 <= status < 300
                requests.append(Request(scenario, call.name, sent - zero, took, status, is_error))

    workers = [gevent.spawn(work) for _ in range(concurrency)]
    # What comes later is only waiting for the last answers.
    gevent.joinall(workers, timeout=seconds, raise_error=True)
    client_cpu = (time.process_time() - cpu) / (time.monotonic() - started)
    gevent.joinall(workers, raise_error=True)
    return Arrived(requests, client_cpu)
