"""`flask doctor`: whether the data are what they promise to be."""

import click
from flask.cli import AppGroup
from psycopg import IsolationLevel
from tqdm import tqdm

from courseapp.cli.owner import as_owner
from courseapp.doctor import TOTAL, examine

doctor = AppGroup("doctor", help="Whether the data are what they promise to be.")


@doctor.command()
@click.pass_context
def invariants(ctx: click.Context) -> None:
    """Print each violated invariant, with examples.

    Exits with 1 if there is one, with 3 if it could not look.

    Reads everything once, on one snapshot, and locks nothing: on 10 M lessons
    begun it takes minutes, so run it at night, or on a replica, with a login
    there that may read in DATABASE_OWNER_URL.
    """
    try:
        violated = _print_violated()
    except click.ClickException as error:
        error.exit_code = 3
        raise
    if violated:
        click.echo(f"{violated} of {TOTAL} invariants are violated")
    else:
        click.echo(f"all {TOTAL} invariants hold")
    ctx.exit(1 if violated else 0)


def _print_violated() -> int:
    """Print what is violated, and return how many are."""
    violated = 0
    with as_owner(statement_timeout="0") as conn:
        conn.isolation_level, conn.read_only = IsolationLevel.REPEATABLE_READ, True
        with conn.transaction():
            for finding in tqdm(
                examine(conn), total=TOTAL, unit=" invariants", leave=False, disable=None
            ):
                if finding.violations:
                    violated += 1
                    tqdm.write(f"{finding.name}: {finding.violations:,} violations")
                    tqdm.write(f"  {finding.promise}")
                    for line in finding.examples:
                        tqdm.write(f"  - {line}")
    return violated
