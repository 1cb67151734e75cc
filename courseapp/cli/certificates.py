"""`flask certificates`: for a whole course at once, and the key that signs credentials."""

import click
from flask import current_app
from flask.cli import AppGroup
from tqdm import tqdm

from courseapp.authoring import by_ref
from courseapp.certificates import new_code
from courseapp.cli.owner import as_owner
from courseapp.credential_keys import issuer_of, new_key, parse_key
from courseapp.db import queries

certificates = AppGroup("certificates", help="Certificates and their credentials.")
# Learners of a statement.
PAGE = 500


@certificates.command()
@click.option("--course", "ref", required=True, metavar="ID_OR_SLUG", help="Of which course.")
def issue(ref: str) -> None:
    """Issue a certificate to all who have completed a course and have none.

    The worker makes the files, behind those that learners wait for. Safe to interrupt and to run
    again: whoever has one keeps it.
    """
    if not current_app.config["PUBLIC_URL"]:
        raise click.ClickException("PUBLIC_URL is not set: certificates have to lead there")
    with as_owner() as conn:
        course = queries.certificates.get_course(conn, **by_ref(ref))
        if course is None:
            raise click.ClickException(f"there is no course {ref}")
        course_id, title, learners = course
        issued = after_id = 0
        with tqdm(total=learners, unit=" learners", leave=False, disable=None) as bar:
            while after_id is not None:
                after_id, looked_at, new = queries.certificates.issue_certificates(
                    conn,
                    course_id=course_id,
                    after_id=after_id,
                    codes=[new_code() for _ in range(PAGE)],
                )
                issued += new
                bar.update(looked_at)
    click.echo(f"{title}: {issued:,} certificates issued; the worker makes their files.")


@certificates.command()
def key() -> None:
    """Print a new value for CREDENTIAL_KEY, and on standard error the issuer that it is."""
    made = new_key()
    click.echo(f"Its issuer: {issuer_of(parse_key(made))}", err=True)
    click.echo(made)
