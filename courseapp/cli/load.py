"""`flask seed load`: production-sized data, to measure with."""

import time

import click
from flask.cli import with_appcontext

from courseapp.cache_drops import dropping
from courseapp.cli.development import only_in_development
from courseapp.cli.owner import as_owner
from courseapp.load_data import PASSWORD, DoesNotFitError, Existing, Size
from courseapp.load_data import existing as what_exists
from courseapp.load_data import load as add_load_data
from courseapp.load_data import vacuum as vacuum_tables


@click.command("load")
@click.option(
    "--users", type=click.IntRange(1, 999_999), default=100_000, show_default=True, help="Learners."
)
@click.option(
    "--courses", type=click.IntRange(1, 9_999), default=500, show_default=True, help="Courses."
)
@click.option(
    "--progress",
    type=click.IntRange(1, 1_000_000_000),
    default=10_000_000,
    show_default=True,
    help="Lessons begun by all learners together.",
)
@click.option("--yes", is_flag=True, help="Do not ask, even if other people's data is there.")
@with_appcontext
def load(users: int, courses: int, progress: int, yes: bool) -> None:
    """Add production-sized data. Never in production.

    One transaction: interrupted, it leaves nothing behind. While it runs, the
    tables of enrollments, progress and points are locked. Demo data may be
    there already. Run again with the same numbers, it changes nothing.
    """
    only_in_development("load data")
    size = Size(users, courses, progress)
    started = time.monotonic()
    # The cache is told last, when the tables are as they should be.
    with dropping() as drops, as_owner() as conn:
        found = what_exists(conn)
        if found.size is None:
            _ask_about_others(found, yes)
            try:
                add_load_data(conn, drops, size, click.echo)
            except DoesNotFitError as error:
                raise click.ClickException(
                    f"{error}: ask for more learners, more courses or less progress."
                ) from error
        elif found.size != size:
            raise click.ClickException(
                f"This database has load data of {_in_words(found.size)}. "
                "Use a database of its own for another size."
            )
        if not (found.size and found.is_vacuumed):
            vacuum_tables(conn, click.echo)
    if found.size:
        click.echo(f"The load data is there already: {_in_words(size)}.")
    else:
        click.echo(f"Load data added: {_in_words(size)}, in {time.monotonic() - started:.0f} s.")
    last = f"load{users:06}@example.com"
    click.echo(f"Log in with {PASSWORD} as load000001@example.com … {last}.")


def _ask_about_others(found: Existing, yes: bool) -> None:
    if found.others and not yes:
        click.confirm(
            f"This database has {found.others:,} accounts that are neither demo nor load data. "
            "The load data cannot be taken out again. Go on?",
            abort=True,
        )


def _in_words(size: Size) -> str:
    return f"{size.users:,} learners, {size.courses:,} courses and {size.progress:,} lessons begun"
