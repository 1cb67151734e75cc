"""`flask users`: accounts, from the command line."""

import json
import sys

import click
from flask.cli import AppGroup
from marshmallow import ValidationError

from courseapp.cli.owner import as_owner
from courseapp.db import queries
from courseapp.passwords import hash_password
from courseapp.schemas.auth import RegistrationSchema

users = AppGroup("users", help="Create and deactivate accounts.")


def _valid(field: str, value: str) -> str:
    """`value`, held to the rules of registering over HTTP.

    :raise click.UsageError: saying what is wrong with it.
    """
    try:
        return RegistrationSchema(only=[field]).load({field: value})[field]
    except ValidationError as error:
        raise click.UsageError(f"{field}: {' '.join(error.messages[field])}") from error


@users.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The full name.")
@click.option(
    "--role",
    required=True,
    type=click.Choice(["learner", "instructor", "admin"]),
    help="What the account may do.",
)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
)
def create(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Create an account. Asks for its password."""
    email, name = _valid("email", email), _valid("full_name", name)
    if password_stdin:
        password = _valid("password", sys.stdin.readline().rstrip("\r\n"))
    else:
        password = click.prompt(
            "Password",
            hide_input=True,
            confirmation_prompt=True,
            value_proc=lambda typed: _valid("password", typed),
        )
    password_hash = hash_password(password)
    with as_owner() as conn, conn.transaction():
        user = queries.auth.create_user(
            conn,
            email=email,
            password_hash=password_hash,
            full_name=name,
            timezone="UTC",
            role=role,
            locale="en",
        )
        if user is None:
            raise click.ClickException(f"{email} has an account already.")
        user = json.loads(user)
        queries.users.record_user_action(conn, action="user_created", user_id=user["id"], role=role)
    click.echo(f"Created {role} {user['email']} (id {user['id']}).")


@users.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Keep an account from logging in and end its sessions. Its data stays."""
    with as_owner() as conn, conn.transaction():
        user = queries.users.deactivate_user(conn, email=email)
        if user is None:
            raise click.ClickException(f"No account has the e-mail {email}.")
        user_id, is_changed = user
        if not is_changed:
            click.echo(f"{email} was deactivated before; nothing to do.")
            return
        ended = queries.auth.revoke_sessions(conn, user_id=user_id, reason="deactivation")
        queries.users.record_user_action(
            conn, action="user_deactivated", user_id=user_id, role=None
        )
    click.echo(f"Deactivated {email}; sessions ended: {ended}.")
