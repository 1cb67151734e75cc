"""`flask db explain`: how each statement of a request fares on the heaviest learners."""

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from courseapp import explain as explaining
from courseapp import explain_report as report
from courseapp.cli.owner import as_owner
from courseapp.db import queries
from courseapp.explain_parameters import NoValueError, find_cases
from courseapp.sql_headers import QueryHeader, read_headers


@click.command("explain")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Keep this run.")
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
@click.pass_context
@with_appcontext
def explain(
    ctx: click.Context,
    name: str | None,
    as_json: bool,
    save: Path | None,
    compare: Path | None,
    runs: int,
) -> None:
    """Plan, indexes, buffers and times of all queries that serve requests, or of one.

    Statements are prepared and executed as the service does it, with values of the heaviest
    1 % of learners and courses, and rolled back. Exits with 1 if a budget is broken, an index
    that a header names is not used, a big table is read from end to end, or a plan has changed.
    """
    headers = _headers(name)
    try:
        with as_owner() as conn:
            sizes = dict(queries.explain.list_big_tables(conn))
            cases = find_cases(conn)
        app = current_app._get_current_object()
        measured = [
            explaining.measure(app, header, cases, sizes, runs)
            for header in tqdm(headers, unit=" queries", leave=False, disable=None)
        ]
    except NoValueError as error:
        raise click.ClickException(str(error)) from error
    document = report.as_document(measured, sizes, runs)
    changed = {}
    if compare:
        saved = json.loads(compare.read_text("utf-8"))
        changed = report.changes(saved, document, is_whole=name is None)
    if save:
        save.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if as_json:
        click.echo(json.dumps(document | {"changed": changed}, indent=1, ensure_ascii=False))
    else:
        click.echo(report.as_table(measured, changed))
        if name:
            click.echo("\n".join(["", *report.plan_lines(document["queries"][name])]))
    ctx.exit(1 if changed or any(one.problems for one in measured) else 0)


def _headers(name: str | None) -> list[QueryHeader]:
    served = {name: header for name, header in read_headers().items() if header.serves_requests}
    if name is None:
        return list(served.values())
    if name not in served:
        raise click.UsageError(f"No request sends {name}: name a file such as courses.get_course.")
    return [served[name]]
