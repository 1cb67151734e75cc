"""`flask achievements`: who would get one, and giving it to past learners."""

import click
from flask.cli import AppGroup
from psycopg import Connection
from tabulate import tabulate

from courseapp import backfill as backfilling
from courseapp.cli.owner import as_owner
from courseapp.db import queries
from courseapp.explain import explain_metric
from courseapp.metrics import METRICS

SHOWN = 20

achievements = AppGroup("achievements", help="Achievements of past learners.")


def _find(conn: Connection, code: str) -> tuple[int, str, int, bool]:
    """Id, metric, threshold and whether it is active.

    :raise click.ClickException: if nobody could earn it.
    """
    row = queries.achievements.get_achievement_by_code(conn, code=code)
    if row is None:
        raise click.ClickException(f"There is no achievement {code}.")
    if row[1] not in METRICS:
        raise click.ClickException(f"{code} has the metric {row[1]}: no file in sql/metrics/.")
    return row


@achievements.command()
@click.argument("code")
def preview(code: str) -> None:
    """Who has reached CODE and does not have it, and the plan of its metric. Changes nothing."""
    with as_owner() as conn:
        achievement_id, metric, threshold, is_active = _find(conn, code)
        found = [
            one
            for user_ids in backfilling.batches(conn)
            for one in backfilling.missing(conn, user_ids, [metric], achievement_id)
        ]
        batch = queries.users.list_user_ids(conn, after_id=0, limit=backfilling.BATCH)
        plan = explain_metric(conn, metric, batch)
    click.echo(f"{len(found):,} learners would get {code}: {metric} of {threshold:,} or more.")
    if not is_active:
        click.echo("It is not active: nobody gets it before that.")
    if found:
        rows = [(one.user_id, one.full_name, one.value) for one in found[:SHOWN]]
        click.echo(tabulate(rows, ["learner", "name", metric], disable_numparse=True))
    if len(found) > SHOWN:
        click.echo(f"… and {len(found) - SHOWN:,} more.")
    click.echo(
        "\n".join(
            ["", f"The plan of {metric}, as backfill asks it for {len(batch):,} learners:", *plan]
        )
    )


@achievements.command()
@click.argument("code")
def backfill(code: str) -> None:
    """Give CODE to all who have reached it, with its points and what these earn them.

    Safe while the service runs, to interrupt, and to run again.
    """
    with as_owner() as conn:
        achievement_id, metric, _, is_active = _find(conn, code)
        if not is_active:
            raise click.ClickException(f"{code} is not active.")
        given, busy = 0, []
        try:
            for some in backfilling.backfill(conn, metric, achievement_id, busy):
                given += some
        finally:
            click.echo(f"{given:,} learners got {code}.")
    if busy:
        raise click.ClickException(f"{len(busy):,} were busy all the time: run it again.")
