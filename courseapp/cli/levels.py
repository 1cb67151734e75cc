"""`flask levels`: after a DBA has changed the thresholds."""

import click
from flask.cli import AppGroup

from courseapp.backfill import batches
from courseapp.cli.owner import as_owner
from courseapp.db import queries

levels = AppGroup("levels", help="The levels that points make.")


@levels.command()
def apply() -> None:
    """Give all learners the levels of the table `levels` as it is now.

    Safe while the service runs, to interrupt, and to run again.
    """
    with as_owner() as conn:
        changed = sum(
            queries.gamification.update_levels(conn, user_ids=user_ids)
            for user_ids in batches(conn)
        )
    click.echo(f"{changed:,} learners have another level now.")
