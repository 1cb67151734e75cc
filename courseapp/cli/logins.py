"""`flask seed logins`: who load tests are, already logged in."""

import json

import click
from flask.cli import with_appcontext

from courseapp.auth import tokens
from courseapp.cli.development import only_in_development
from courseapp.cli.owner import as_owner
from courseapp.db import queries


@click.command("logins")
@click.option("--count", type=click.IntRange(1), default=1000, show_default=True, help="Learners.")
@click.option(
    "--hours", type=click.IntRange(1, 24), default=4, show_default=True, help="Tokens last so long."
)
@with_appcontext
def logins(count: int, hours: int) -> None:
    """Print logins of load learners as JSON, for load tests. Never in production.

    Checking a password takes tens of milliseconds of a processor, so that a thousand logins
    would themselves be a load test, and not the one that is asked for.
    """
    only_in_development("load tests' logins")
    with as_owner("120s") as conn:
        rows = list(queries.load.list_logins(conn, number=count))
    if len(rows) < count:
        raise click.ClickException(
            f"Only {len(rows):,} load learners can watch something: run flask seed load first, or "
            "ask for fewer."
        )
    learners = [
        {"access_token": tokens().sign("access", user_id, session_id, hours * 3600)}
        | json.loads(body)
        for user_id, session_id, body in rows
    ]
    click.echo(json.dumps({"learners": learners}))
