"""What the benchmarks of endpoints measure, what they see, and their tables."""

from dataclasses import dataclass, field
from statistics import median

from tabulate import tabulate

from perf.percentiles import percentile

# The first ones, over HTTP, each at most twice in a round: none is refused. pgbench is the others.
LEARNERS = 3_000
UPDATE = {"watched_seconds": 7, "last_position_seconds": 7, "completion_percentage": 1}


@dataclass
class Endpoint:
    """A row of the table.

    :ivar statements: those it sends, in order; none where the cache answers
    :ivar goal: share of the floor, or None
    :ivar requests: as they are sent, in turn
    :ivar size: bytes of its answer
    """

    name: str
    method: str
    path: str
    statements: tuple[str, ...]
    goal: float | None
    body: bytes = b""
    requests: list[bytes] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True)
class Data:
    """What is known of the learners of the load data."""

    first_user_id: int
    learners: int
    id_offset: int
    course_id: int
    lesson_id: int


@dataclass
class Round:
    """What one round saw of one row, a second.

    :ivar used: program -> seconds of a processor for one request of the endpoint
    """

    bare: float
    database: float | None
    rate: float
    ordered: list[float]
    used: dict[str, float]

    @property
    def floor(self) -> float:
        return 1 / (1 / self.bare + 1 / self.database) if self.database else self.bare


def report(rows: list[Endpoint], rounds: dict[str, list[Round]]) -> str:
    """The table, for people and for Markdown."""
    table = []
    for row in rows:
        seen = rounds[row.name]
        ratios = [one.rate / one.floor for one in seen]
        times = sorted(seconds for one in seen for seconds in one.ordered)
        database = [one.database for one in seen if one.database]
        table.append(
            [
                row.name,
                f"{median(one.bare for one in seen):,.0f}",
                f"{median(database):,.0f}" if database else "",
                f"{median(one.floor for one in seen):,.0f}",
                f"{median(one.rate for one in seen):,.0f}",
                f"{percentile(times, 50) * 1000:.1f}",
                f"{percentile(times, 99) * 1000:.1f}",
                f"{median(ratios):.0%}",
                f"{min(ratios):.0%} … {max(ratios):.0%}",
                f"{row.goal:.0%}" if row.goal else "",
            ]
        )
    headers = ["", "bare/s (a)", "SQL/s (b)", "floor/s", "endpoint/s (c)"]
    headers += ["p50 ms", "p99 ms", "of floor", "lowest … highest", "goal"]
    align = ("left", *["right"] * (len(headers) - 1))
    return tabulate(table, headers, "github", colalign=align, disable_numparse=True)


def report_processors(rows: list[Endpoint], rounds: dict[str, list[Round]]) -> str:
    """Who uses the processors: µs a request."""
    programs = list(rounds[rows[0].name][0].used)
    table = [
        [row.name]
        + [f"{median(one.used[name] for one in rounds[row.name]) * 1e6:,.0f}" for name in programs]
        for row in rows
    ]
    headers = ["µs of a processor", *programs]
    align = ("left", *["right"] * len(programs))
    return tabulate(table, headers, "github", colalign=align, disable_numparse=True)
