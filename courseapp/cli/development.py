"""Commands that must not touch a production database."""

import click
from flask import current_app


def only_in_development(what: str) -> None:
    """Go on only outside production.

    :raise click.ClickException: saying that `what` is refused, and why.
    """
    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException(
            f"The {what} is refused in production: everybody knows its passwords. "
            "APP_ENV=development allows it."
        )
