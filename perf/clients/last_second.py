"""What clients saw in the last second, for who watches a run."""

import time
from collections.abc import Sequence
from multiprocessing.context import BaseContext
from typing import NamedTuple

from perf.percentiles import percentile
from perf.results import Request

# A client that says nothing for so long has nothing more to say.
STALE_SECONDS = 3


class Second(NamedTuple):
    """One second of a client.

    :ivar answers: that came, and requests that were given up; errors among them
    :ivar p95: of these, in seconds
    """

    answers: int
    p95: float
    errors: int

    def __str__(self) -> str:
        p95 = f"p95 {self.p95 * 1000:.0f} ms, " if self.answers else ""
        return f"{self.answers:,.0f}/s, {p95}{self.errors:.0f} errors"


# When, and what.
_SIZE = 1 + len(Second._fields)


def second_of(requests: Sequence[Request]) -> Second:
    """Of those that ended in it."""
    times = sorted(one.seconds for one in requests)
    p95 = percentile(times, 95) if times else 0.0
    return Second(len(times), p95, sum(one.is_error for one in requests))


class LastSecond:
    """That of each client, in memory that their processes share."""

    def __init__(self, context: BaseContext, clients: int):
        self._joined = context.Value("i", 0)
        # When each was written, and what. One that is read half written is mended a second later.
        self._slots = context.Array("d", _SIZE * clients, lock=False)
        self._begin: int | None = None

    def join(self) -> None:
        """In a client's process: take a place."""
        with self._joined.get_lock():
            self._begin = self._joined.value * _SIZE
            self._joined.value += 1

    def write(self, seen: Second) -> None:
        """Show what this client saw, after `join`."""
        self._slots[self._begin : self._begin + _SIZE] = [time.monotonic(), *seen]

    def read(self) -> Second:
        """All clients together; of the p95s the highest."""
        now = time.monotonic()
        slots = [self._slots[begin : begin + _SIZE] for begin in range(0, len(self._slots), _SIZE)]
        seen = [Second(*values) for at, *values in slots if at and now - at < STALE_SECONDS]
        return Second(
            sum(one.answers for one in seen),
            max((one.p95 for one in seen), default=0.0),
            sum(one.errors for one in seen),
        )
