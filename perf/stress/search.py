"""How many it takes until something breaks, found in few steps."""

import math
from collections.abc import Callable, Sequence

from perf.clients.open_model import Clients
from perf.gates import Planned, judge
from perf.results import Check, Run
from perf.stress.level import JUDGED, Level, Setting, run_level, show_wait

MOST_CLIENTS = 2
# Updates that came late, all at once, have used up what the throttle allows for so long.
REST_SECONDS = 10
GROWTH = 1.5
# The answer is exact to about so much.
TOLERANCE = 1.05
# When already the first breaks, it is looked for further down, to this part of it.
LOWEST = 1 / 8
# The largest number that was kept, and the smallest above it that was not.
Ends = tuple[int | None, int | None]


def find_break(keeps: Callable[[int], bool], first: int, most: int) -> Ends:
    """Try numbers until it is known where it breaks.

    Grows from `first` until it breaks, then halves the distance, both in proportion.

    :param keeps: tries a number
    :param most: no number above it is tried
    :return: None for the first: nothing was kept; for the second: `most` was kept, too
    """
    kept, broken, number = None, None, min(first, most)
    while broken is None:
        if not keeps(number):
            broken = number
        elif number == most:
            return number, None
        else:
            kept, number = number, min(most, max(number + 1, round(number * GROWTH)))
    while kept is None and broken > max(1, first * LOWEST):
        number = broken // 2
        kept, broken = (number, broken) if keeps(number) else (None, number)
    while kept and broken - kept > 1 and broken / kept > TOLERANCE:
        number = min(broken - 1, max(kept + 1, round(math.sqrt(kept * broken))))
        kept, broken = (number, broken) if keeps(number) else (kept, number)
    return kept, broken


class ClientLimitError(Exception):
    """The client itself is too busy to measure."""


class Search:
    """The levels of one setting, one after the other; of a host, without one."""

    def __init__(
        self,
        run: Run,
        zero: float,
        pool: Clients,
        learners: Sequence[dict],
        setting: Setting | None,
        planned: Planned,
    ):
        self.run, self.zero, self.pool = run, zero, pool
        self.learners, self.setting, self.planned = learners, setting, planned
        self.clients = 1
        self.levels: list[Level] = []

    def find(self, most: int) -> Ends:
        """Try at most so many watchers; returns what `find_break` does."""
        try:
            return find_break(self._keeps, self.planned.users, most)
        except ClientLimitError:
            valid = [level for level in self.levels if level.is_valid]
            kept = max((one.watchers for one in valid if not one.broken), default=None)
            return kept, min((one.watchers for one in valid if one.broken), default=None)

    def checks(self) -> list[Check]:
        """Whether the first level kept its limits, and the client was fit to measure the last."""
        # Of several with that number the client was too busy in all but the last.
        first = [one for one in self.levels if one.watchers == self.levels[0].watchers][-1]
        last = self.levels[-1]
        words = "; ".join(first.broken) or "kept"
        kept = Check(
            "",
            "",
            "first level",
            f"keeps {JUDGED}",
            f"{first.name}: {words if first.is_valid else 'the client was too busy'}",
            first.is_valid and not first.broken,
            "make perf-stress",
        )
        words = "ended validly" if last.is_valid else "the client was too busy"
        valid = Check(
            "",
            "",
            "search",
            "ends validly",
            f"{last.name}: {words}",
            last.is_valid,
            "valid measurement",
        )
        return [kept, valid]

    def _keeps(self, watchers: int) -> bool:
        level = self._run(watchers)
        while not level.is_valid and self.clients < MOST_CLIENTS:
            self.clients += 1
            level = self._run(watchers)
        if not level.is_valid:
            raise ClientLimitError
        return not level.broken

    def _run(self, watchers: int) -> Level:
        if self.levels and self.levels[-1].broken:
            show_wait("a rest, until nobody is throttled", REST_SECONDS)
        some = self.learners[:watchers]
        level = run_level(
            self.run, self.zero, self.pool, self.clients, self.setting, self.planned, some
        )
        verdict = "; ".join(level.broken) or "kept"
        print(
            f"{level.name}: p95 {level.p95:,.1f} ms, {level.throughput:,.0f}/s, "
            f"client {level.client_cpu:.0%} of a core: "
            f"{verdict if level.is_valid else 'invalid, the client is too busy'}",
            flush=True,
        )
        self.levels.append(level)
        if watchers == self.planned.users and (level.is_valid or self.clients == MOST_CLIENTS):
            self.run.checks += judge(self.planned, self.run.scenarios[-1], self.run.requests())
        return level
