"""The connection of the commands: as the owner of the tables, with errors in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
import psycopg
from flask import current_app

from courseapp.db import connect_as_owner

_OPTIONS = "-c TimeZone=UTC -c lock_timeout=5s -c statement_timeout="


@contextmanager
def as_owner(statement_timeout: str = "30s") -> Iterator[psycopg.Connection]:
    """A connection in autocommit mode to DATABASE_OWNER_URL.

    :raise click.ClickException: instead of any error of PostgreSQL.
    """
    with plain_errors(), connect_as_owner(current_app, _OPTIONS + statement_timeout) as conn:
        yield conn


@contextmanager
def plain_errors() -> Iterator[None]:
    """One line of what PostgreSQL says instead of a traceback; it never quotes a password."""
    try:
        yield
    except psycopg.ProgrammingError as error:
        if error.sqlstate is None:
            # libpq quotes the part of a URL that it cannot read, which may be the password.
            raise click.ClickException("DATABASE_OWNER_URL is no valid database URL") from None
        raise click.ClickException(_line(error)) from error
    except psycopg.Error as error:
        raise click.ClickException(_line(error)) from error


def _line(error: psycopg.Error) -> str:
    return f"the database: {' '.join(str(error).split())}"
