"""`flask db explain`: how each statement of a request fares on the heaviest learners."""

import json
from pathlib import Path

import click
import psycopg
from flask import Flask, current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from courseapp import explain as explaining
from courseapp import explain_report as report
from courseapp.cli.owner import as_owner
from courseapp.db import queries
from courseapp.explain_cases import NoValueError, find_cases
from courseapp.explain_sources import Case
from courseapp.sql_headers import QueryHeader, read_headers


@click.command("explain")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep this run; with --compare beside the plans of the saved one.",
)
@click.option(
    "--compare",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Show plans that differ from a saved run.",
)
@click.option(
    "--runs",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    help="Executions of each query; with 0 only plans.",
)
@click.option("--yes", is_flag=True, help="Also in production.")
@click.pass_context
@with_appcontext
def explain(
    ctx: click.Context,
    name: str | None,
    as_json: bool,
    save: Path | None,
    compare: Path | None,
    runs: int,
    yes: bool,
) -> None:
    """Plan, indexes, buffers and times of all queries that serve requests, or of one.

    Statements are prepared and executed as the service does it, with values of the heaviest
    1 % of learners and courses, and rolled back. Exits with 1 if a budget is broken, an index
    that a header names is not used, thousands of rows of a big table are read, or a plan has
    changed.
    """
    headers = _headers(name)
    app = current_app._get_current_object()
    if app.config["APP_ENV"] == "production" and not yes:
        raise click.ClickException(
            "This is production, and writes are executed, too. They are rolled back, but they "
            "lock rows for a moment, leave dead rows and use up ids. To do it, add --yes."
        )
    try:
        with as_owner() as conn:
            sizes = _sizes(conn)
            cases = find_cases(conn)
        measured = [
            _measure(app, header, cases, sizes, runs)
            for header in tqdm(headers, unit=" queries", leave=False, disable=None)
        ]
    except NoValueError as error:
        raise click.ClickException(str(error)) from error
    document = report.as_document(measured, sizes, runs)
    changed, other_sizes = {}, {}
    if compare:
        saved = json.loads(compare.read_text("utf-8"))
        changed = report.changes(saved, document, is_whole=name is None)
        other_sizes = report.other_sizes(saved, document)
    if save:
        kept = report.with_plans_of(saved, document) if compare else document
        save.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if as_json:
        document |= {"changed": changed, "other_sizes": other_sizes}
        click.echo(json.dumps(document, indent=1, ensure_ascii=False))
    else:
        click.echo(report.as_table(measured, changed, other_sizes))
        if name:
            click.echo("\n".join(["", *report.plan_lines(document["queries"][name])]))
    ctx.exit(1 if changed or any(one.problems for one in measured) else 0)


def _sizes(conn: psycopg.Connection) -> dict[str, int]:
    """:raise click.ClickException: if nobody knows whether a table is big."""
    sizes = dict(queries.explain.list_big_tables(conn))
    if unknown := [name for name, rows in sizes.items() if rows < 0]:
        raise click.ClickException(f"run analyze first: nobody has counted {', '.join(unknown)}")
    return sizes


def _measure(
    app: Flask, header: QueryHeader, cases: list[Case], sizes: dict[str, int], runs: int
) -> explaining.Measured:
    """:raise click.ClickException: instead of any error of PostgreSQL."""
    try:
        return explaining.measure(app, header, cases, sizes, runs)
    except psycopg.Error as error:
        # The role of DATABASE_URL may lack a right that the owner has.
        said = " ".join(str(error).split())
        raise click.ClickException(f"{header.name}, by DATABASE_URL: {said}") from error


def _headers(name: str | None) -> list[QueryHeader]:
    served = {name: header for name, header in read_headers().items() if header.serves_requests}
    if name is None:
        return list(served.values())
    if name not in served:
        raise click.UsageError(f"No request sends {name}: name a file such as courses.get_course.")
    return [served[name]]
