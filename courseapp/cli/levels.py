"""`flask levels`: after a DBA has changed the thresholds."""

import click
from flask.cli import AppGroup

from courseapp.backfill import SLICE, batches
from courseapp.cli.owner import as_owner
from courseapp.db import queries

levels = AppGroup("levels", help="The levels that points make.")


@levels.command()
def apply() -> None:
    """Give all learners the levels of the table `levels` as it is now.

    Safe while the service runs, to interrupt, and to run again.
    """
    changed = 0
    with as_owner() as conn:
        for user_ids in batches(conn):
            # Slices: who completes a lesson meanwhile waits only for a moment.
            for start in range(0, len(user_ids), SLICE):
                changed += queries.gamification.update_levels(
                    conn, user_ids=user_ids[start : start + SLICE]
                )
    click.echo(f"{changed:,} learners have another level now.")
