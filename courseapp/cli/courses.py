"""`flask courses`: what is stored of courses."""

import click
from flask.cli import AppGroup

from courseapp.cli.owner import as_owner
from courseapp.rendering import render_stale

courses = AppGroup("courses", help="What is stored of courses and lessons.")


@courses.command()
def render() -> None:
    """Make the HTML of descriptions and bodies that have none, or that of earlier rules.

    Safe while the service runs, to interrupt, and to run again.
    """
    with as_owner() as conn:
        descriptions, bodies = render_stale(conn)
    click.echo(f"Rendered: {descriptions:,} descriptions and {bodies:,} lessons.")
