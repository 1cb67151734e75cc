"""`flask doctor`: whether the data are what they promise to be."""

import click
from flask.cli import AppGroup
from psycopg import IsolationLevel
from tqdm import tqdm

from courseapp.cli.owner import as_owner
from courseapp.doctor import INVARIANTS, examine

doctor = AppGroup("doctor", help="Whether the data are what they promise to be.")


@doctor.command()
@click.pass_context
def invariants(ctx: click.Context) -> None:
    """Print each violated invariant, with examples. Exits with 1 if there is one.

    Reads everything once, on one snapshot, and locks nothing: on 10 M lessons
    begun it takes minutes, so run it on a replica or at night.
    """
    violated = 0
    with as_owner(statement_timeout="0") as conn:
        conn.isolation_level, conn.read_only = IsolationLevel.REPEATABLE_READ, True
        with conn.transaction():
            total = len(INVARIANTS) + 2
            for finding in tqdm(
                examine(conn), total=total, unit=" invariants", leave=False, disable=None
            ):
                if finding.violations:
                    violated += 1
                    tqdm.write(f"{finding.name}: {finding.violations:,} violations")
                    tqdm.write(f"  {finding.promise}")
                    for line in finding.examples:
                        tqdm.write(f"  - {line}")
    click.echo(
        f"{violated} of {total} invariants are violated"
        if violated
        else f"all {total} invariants hold"
    )
    ctx.exit(1 if violated else 0)
