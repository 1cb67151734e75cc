"""What clients saw in the last second, for who watches a run."""

import time
from collections.abc import Sequence
from multiprocessing.context import BaseContext
from typing import NamedTuple

from perf.percentiles import percentile
from perf.results import Request

# A client that says nothing for so long has nothing more to say.
SECONDS = 3


class Second(NamedTuple):
    """One second of a client.

    :ivar answers: that came, errors among them
    :ivar p95: of these, in seconds
    """

    answers: int
    p95: float
    errors: int

    def __str__(self) -> str:
        p95 = f"p95 {self.p95 * 1000:.0f} ms, " if self.answers else ""
        return f"{self.answers:,.0f}/s, {p95}{self.errors:.0f} errors"


def second_of(requests: Sequence[Request]) -> Second:
    """Of those that were answered in it."""
    times = sorted(one.seconds for one in requests)
    p95 = percentile(times, 95) if times else 0.0
    return Second(len(times), p95, sum(one.is_error for one in requests))


class Live:
    """The last second of each client, in memory that their processes share."""

    def __init__(self, context: BaseContext, clients: int):
        # When each was written, and what. One that is read half written is mended a second later.
        self._slots = context.Array("d", (1 + len(Second._fields)) * clients, lock=False)

    def write(self, client: int, seen: Second) -> None:
        """Show what a client saw, by its number from 0."""
        begin = client * (1 + len(seen))
        self._slots[begin : begin + 1 + len(seen)] = [time.monotonic(), *seen]

    def read(self) -> Second:
        """All clients together; of the p95s the highest."""
        now, size = time.monotonic(), 1 + len(Second._fields)
        slots = [self._slots[begin : begin + size] for begin in range(0, len(self._slots), size)]
        seen = [Second(*values) for at, *values in slots if at and now - at < SECONDS]
        return Second(
            sum(one.answers for one in seen),
            max((one.p95 for one in seen), default=0.0),
            sum(one.errors for one in seen),
        )
