"""`flask levels`: after a DBA has changed the thresholds."""

import click
from flask.cli import AppGroup

from courseapp.backfill import batches
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import dropping
from courseapp.cli.owner import as_owner
from courseapp.db import queries
from courseapp.slices import SLICE

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
                some = user_ids[start : start + SLICE]
                with dropping() as drops, conn.transaction():
                    if more := queries.gamification.update_levels(conn, user_ids=some):
                        drops.record(conn, *(GAMIFICATION(user_id=user_id) for user_id in some))
                changed += more
    click.echo(f"{changed:,} learners have another level now.")
