"""`flask statistics`: the numbers that instructors see."""

import time

import click
from flask.cli import AppGroup

from courseapp import statistics as counting
from courseapp.cli.owner import as_owner

statistics = AppGroup("statistics", help="The numbers that instructors see.")


@statistics.command()
@click.option("--course", "course_id", type=click.IntRange(1, 10**18 - 1), help="Only this id.")
@click.option(
    "--older-than",
    "minutes",
    type=click.IntRange(min=0, max=10**6),
    default=0,
    metavar="MINUTES",
    help="Only courses whose numbers are older.",
)
def refresh(course_id: int | None, minutes: int) -> None:
    """Count the learners of all courses anew, and where they stop watching.

    Safe while the service runs, to interrupt, to run again, and to run twice at once.
    """
    started = time.monotonic()
    with as_owner() as conn:
        done = counting.refresh(conn, minutes * 60, course_id)
    if course_id and not minutes and done == counting.Refreshed(0, 0):
        raise click.ClickException(f"There is no course {course_id}.")
    click.echo(f"Counted {done.courses:,} courses in {time.monotonic() - started:.0f} s.")
    if done.elsewhere:
        click.echo(f"Another run was counting {done.elsewhere:,} more.")
