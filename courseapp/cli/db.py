"""`flask db`: migrate a database, and see whether it is as it should be."""

import json
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup
from psycopg.rows import class_row
from tabulate import tabulate

from courseapp import indexes, migrate
from courseapp.cli.explain import explain
from courseapp.cli.owner import as_owner, plain_errors
from courseapp.db import queries

db = AppGroup("db", help="Migrate the database and verify it. Uses DATABASE_OWNER_URL.")
db.add_command(explain)
as_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@db.command()
def upgrade() -> None:
    """Apply the migrations that are missing.

    Several instances may start this at once: one migrates, the others wait.
    """
    with plain_errors():
        done = migrate.upgrade(current_app.config["DATABASE_OWNER_URL"])
    if not done:
        click.echo("nothing to apply: the database is up to date")


@db.command()
@as_json
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """List the migrations. Exits with 1 if one is pending."""
    with as_owner() as conn:
        applied = migrate.applied(conn)
    names = sorted({*migrate.MIGRATIONS, *applied})
    if as_json:
        rows = [
            {
                "migration": name,
                "applied_at": applied[name].isoformat() if name in applied else None,
                "in_this_version": name in migrate.MIGRATIONS,
            }
            for name in names
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        click.echo(
            tabulate([[n, _applied_at(n, applied)] for n in names], ["migration", "applied at"])
        )
    ctx.exit(0 if applied.keys() >= set(migrate.MIGRATIONS) else 1)


def _applied_at(name: str, applied: dict[str, datetime]) -> str:
    if name not in applied:
        return "pending"
    note = "" if name in migrate.MIGRATIONS else " (by another version)"
    return _minute(applied[name]) + note


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


@db.command()
@click.option("--count", type=click.IntRange(min=1), default=1, help="How many, 1 if not given.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rollback(count: int, yes: bool) -> None:
    """Take back the newest migrations, with the data in what they made."""
    with as_owner() as conn:
        names = migrate.newest(conn, count)
    if not names:
        click.echo("nothing to roll back")
        return
    if not yes:
        click.confirm(f"Roll back {', '.join(names)} and lose the data in it?", abort=True)
    with plain_errors():
        migrate.rollback(current_app.config["DATABASE_OWNER_URL"], names)


@db.command("verify-indexes")
@as_json
@click.pass_context
def verify_indexes(ctx: click.Context, as_json: bool) -> None:
    """Compare the indexes with migrations/expected/indexes.sql.

    Exits with 1 if one is missing, invalid or defined differently. Redundant
    and unused ones are only listed. Changes nothing; a replica has its own counts.
    """
    with as_owner() as conn:
        since = queries.db.get_statistics_since(conn)
        conn.row_factory = class_row(indexes.Index)
        present = list(queries.db.list_indexes(conn))
    verdicts = indexes.judge(indexes.required(indexes.EXPECTED.read_text("utf-8")), present)
    if as_json:
        click.echo(_verdicts_as_json(verdicts, since))
    else:
        click.echo(_verdicts_as_table(verdicts, since))
    ctx.exit(1 if any(verdict.problems for verdict in verdicts) else 0)


def _verdicts_as_json(verdicts: list[indexes.Verdict], since: datetime | None) -> str:
    rows = [
        {
            "name": verdict.name,
            "table": verdict.table_name,
            "required_by": verdict.required_by,
            "size_bytes": verdict.size_bytes,
            "problems": verdict.problems,
            "remarks": verdict.remarks,
        }
        for verdict in verdicts
    ]
    document = {
        "ok": not any(verdict.problems for verdict in verdicts),
        "scans_counted_since": since.isoformat() if since else None,
        "indexes": rows,
    }
    return json.dumps(document, indent=2)


def _verdicts_as_table(verdicts: list[indexes.Verdict], since: datetime | None) -> str:
    rows = [
        [
            verdict.name,
            verdict.required_by or "",
            "" if verdict.size_bytes is None else f"{verdict.size_bytes / 2**20:,.1f} MiB",
            ", ".join(verdict.said) or "ok",
            "; ".join(why for state, why in verdict.said.items() if state != "unused"),
        ]
        for verdict in verdicts
    ]
    table = tabulate(
        rows,
        ["index", "required by", "size", "state", "why"],
        maxcolwidths=[None, None, None, None, 70],
        colalign=("left", "left", "right", "left", "left"),
    )
    wrong = sum(bool(verdict.problems) for verdict in verdicts)
    end = f"{wrong} to mend" if wrong else "every required index is there and right"
    unused = f"unused: no scan since {_minute(since)}\n" if since else ""
    return f"{table}\n\n{unused}{end}"
