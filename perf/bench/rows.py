"""What the benchmarks of endpoints measure, what they see, and their tables."""

import json
from dataclasses import dataclass, field
from statistics import median

from tabulate import tabulate

from perf.clients.open_model import CLIENT_CPU_LIMIT
from perf.clients.saturate import Answers
from perf.percentiles import percentile

# The first ones, over HTTP, each at most twice in a round: none is refused. pgbench is the others.
LEARNERS = 3_000
CONNECTIONS = 8
# With so many, a closed loop's latency is their number divided by the throughput.
CROWD = 500
CROWD_GOAL = 1.4
UPDATE = {"watched_seconds": 7, "last_position_seconds": 7, "completion_percentage": 1}
API = "/api/v1"
LIST, GAMIFICATION = f"{API}/courses?is_published=true", f"{API}/gamification/me"


@dataclass
class Endpoint:
    """A row of the table.

    :ivar statements: those it sends, in order; none where the cache answers
    :ivar goal: share of the floor, or None
    :ivar connections: that ask again as soon as they are answered
    :ivar is_cached: by a service with the cache, as everything is; else by one with `CACHE=off`
    :ivar requests: as they are sent, in turn
    :ivar size: bytes of its answer
    """

    name: str
    method: str
    path: str
    statements: tuple[str, ...]
    goal: float | None
    body: bytes = b""
    connections: int = CONNECTIONS
    is_cached: bool = True
    requests: list[bytes] = field(default_factory=list)
    size: int = 0


def endpoints(course_id: int, lesson_id: int) -> list[Endpoint]:
    """Those of the guide, and the reads that a player makes.

    POST certificates has no row, for a worker makes the file after the answer: see
    perf.bench.certificates.
    """
    return [
        Endpoint(
            "progress update",
            "POST",
            f"{API}/progress/lessons/{lesson_id}",
            ("progress.record_progress",),
            0.65,
            json.dumps(UPDATE).encode(),
        ),
        Endpoint("lesson", "GET", f"{API}/lessons/{lesson_id}", ("lessons.get_lesson",), 0.6),
        Endpoint(
            "course progress",
            "GET",
            f"{API}/progress/courses/{course_id}",
            ("progress.get_course_progress",),
            0.6,
        ),
        Endpoint("course list, cached", "GET", LIST, (), 0.75),
        Endpoint("course list, no cache", "GET", LIST, (), None, is_cached=False),
        Endpoint("gamification, cached", "GET", GAMIFICATION, (), 0.5),
        Endpoint("gamification, no cache", "GET", GAMIFICATION, (), None, is_cached=False),
        Endpoint(f"course list, {CROWD} who never wait", "GET", LIST, (), None, connections=CROWD),
    ]


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
    """What one round saw of one row.

    :ivar bare: answers of the bare view
    :ivar database: transactions a second of the same SQL alone
    :ivar seen: answers of the endpoint
    :ivar used: program -> seconds of a processor for one request of the endpoint
    """

    bare: Answers
    database: float | None
    seen: Answers
    used: dict[str, float]

    @property
    def floor(self) -> float:
        bare = self.bare.rate
        return 1 / (1 / bare + 1 / self.database) if self.database else bare

    @property
    def client_cpu(self) -> float:
        """The highest share of a processor that the client used."""
        return max(self.bare.client_cpu, self.seen.client_cpu)


def report(rows: list[Endpoint], rounds: dict[str, list[Round]]) -> list[str]:
    """The tables, for people and for Markdown."""
    few = [row for row in rows if row.connections == CONNECTIONS]
    many = [row for row in rows if row.connections == CROWD]
    tables = [_rates(few, rounds)] if few else []
    tables += [_crowds(many, rounds)] if many else []
    return [*tables, _processors(rows, rounds), f"{_model(rows)}\n{_client(rows, rounds)}"]


def _model(rows: list[Endpoint]) -> str:
    counts = " or ".join(str(number) for number in sorted({row.connections for row in rows}))
    return f"Closed model: {counts} connections, each asks again as soon as it is answered."


def busy_rows(rounds: dict[str, list[Round]]) -> dict[str, float]:
    """Rows in which the client was too busy to measure, and the highest share that it used."""
    highest = {name: max(one.client_cpu for one in seen) for name, seen in rounds.items()}
    return {name: share for name, share in highest.items() if share > CLIENT_CPU_LIMIT}


def _client(rows: list[Endpoint], rounds: dict[str, list[Round]]) -> str:
    share, name = max((one.client_cpu, row.name) for row in rows for one in rounds[row.name])
    lines = [f"The client used at most {share:.0%} of a core ({name})."]
    lines += [
        f"INVALID: {name}: the client used {share:.0%} of a core, at most {CLIENT_CPU_LIMIT:.0%} "
        "are allowed."
        for name, share in busy_rows(rounds).items()
    ]
    return "\n".join(lines)


def _name(row: Endpoint, rounds: dict[str, list[Round]]) -> str:
    return f"{row.name} (INVALID)" if row.name in busy_rows(rounds) else row.name


def _rates(rows: list[Endpoint], rounds: dict[str, list[Round]]) -> str:
    table = []
    for row in rows:
        seen = rounds[row.name]
        ratios = [one.seen.rate / one.floor for one in seen]
        times = sorted(seconds for one in seen for seconds in one.seen.ordered)
        database = [one.database for one in seen if one.database]
        table.append(
            [
                _name(row, rounds),
                f"{median(one.bare.rate for one in seen):,.0f}",
                f"{median(database):,.0f}" if database else "",
                f"{median(one.floor for one in seen):,.0f}",
                f"{median(one.seen.rate for one in seen):,.0f}",
                f"{percentile(times, 50) * 1000:.1f}",
                f"{percentile(times, 99) * 1000:.1f}",
                f"{median(ratios):.0%}",
                f"{min(ratios):.0%} … {max(ratios):.0%}",
                f"{row.goal:.0%}" if row.goal else "",
            ]
        )
    headers = ["", "bare/s (a)", "SQL/s (b)", "floor/s", "endpoint/s (c)"]
    headers += ["p50 ms", "p99 ms", "of floor", "lowest … highest", "goal"]
    return _table(table, headers)


def _crowds(rows: list[Endpoint], rounds: dict[str, list[Round]]) -> str:
    table = []
    for row in rows:
        seen = rounds[row.name]
        bare = [percentile(one.bare.ordered, 95) for one in seen]
        ours = [percentile(one.seen.ordered, 95) for one in seen]
        ratios = [mine / floor for mine, floor in zip(ours, bare, strict=True)]
        table.append(
            [
                _name(row, rounds),
                f"{median(bare) * 1000:.0f}",
                f"{median(ours) * 1000:.0f}",
                f"{median(ratios):.2f}",
                f"{min(ratios):.2f} … {max(ratios):.2f}",
                f"{CROWD_GOAL}",
                f"{median(one.seen.rate for one in seen):,.0f}",
            ]
        )
    headers = ["", "bare p95 ms", "p95 ms", "times", "lowest … highest", "goal", "requests/s"]
    return _table(table, headers)


def _processors(rows: list[Endpoint], rounds: dict[str, list[Round]]) -> str:
    programs = list(rounds[rows[0].name][0].used)
    table = [
        [_name(row, rounds)]
        + [f"{median(one.used[name] for one in rounds[row.name]) * 1e6:,.0f}" for name in programs]
        for row in rows
    ]
    headers = ["µs of a processor", *programs]
    return _table(table, headers)


def _table(table: list[list[str]], headers: list[str]) -> str:
    align = ("left", *["right"] * (len(headers) - 1))
    return tabulate(table, headers, "github", colalign=align, disable_numparse=True)
