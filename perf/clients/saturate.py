"""As many requests as a few connections can do, each asking again as soon as it is answered.

A client of its own, because the ones that can do more take a third of the processors that the
service is measured on. Closed model: it shows throughput, and latencies for so many at a time.
"""

import select
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple

from courseapp.devprocess import ServerError


class Answers(NamedTuple):
    """What came back.

    :ivar rate: answers a second
    :ivar ordered: how long each took, in seconds, shortest first
    :ivar client_cpu: share of a processor that the client used
    """

    rate: float
    ordered: list[float]
    client_cpu: float


def request(method: str, path: str, token: str = "", body: bytes = b"") -> bytes:
    """A request as it is sent."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"Cookie: access_token={token}"] if token else []
    lines += ["Content-Type: application/json"] if body else []
    lines += [f"Content-Length: {len(body)}"] if method == "POST" else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def saturate(port: int, requests: Sequence[bytes], seconds: float, connections: int = 8) -> Answers:
    """Send the requests in turn, the first again after the last, over kept-alive connections.

    :raise ServerError: if an answer is not 200 or 201, or none comes for five seconds.
    """
    poll, waiting, times, number = select.epoll(), {}, [], 0
    open_ones = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    for one in open_ones:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(one.fileno(), select.EPOLLIN)
        # When it was sent, and what is missing of its answer: None until its head is there.
        waiting[one.fileno()] = [one, time.perf_counter(), None]
        one.sendall(requests[number % len(requests)])
        number += 1
    started, cpu = time.perf_counter(), time.process_time()
    while (now := time.perf_counter()) < started + seconds:
        ready = poll.poll(5)
        if not ready:
            raise ServerError("No answer")
        for handle, _ in ready:
            one, sent, missing = state = waiting[handle]
            data = one.recv(262_144)
            state[2] = _missing(data) if missing is None else missing - len(data)
            if not state[2]:
                now = time.perf_counter()
                times.append(now - sent)
                state[1:] = now, None
                one.sendall(requests[number % len(requests)])
                number += 1
    took = time.perf_counter() - started
    client_cpu = (time.process_time() - cpu) / took
    for one in open_ones:
        one.close()
    return Answers(len(times) / took, sorted(times), client_cpu)


def _missing(data: bytes) -> int:
    """How many bytes of an answer are still to come, after its first piece, which has its head."""
    head, _, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    if not lower.startswith((b"http/1.1 200 ", b"http/1.1 201 ")):
        raise ServerError(f"Not a good answer: {data[:300]!r}")
    length = lower.partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return int(length) - len(body)
