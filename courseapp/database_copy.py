"""A copy of a whole database, for what would leave its traces in the original."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import psycopg

from courseapp.db import queries

NAME = "courseapp_copy"


@contextmanager
def copied(url: str) -> Iterator[str]:
    """Copy `courseapp`, statistics included; yields the copy's URL, and drops it at the end.

    :param url: of `courseapp`, as a superuser
    :raise psycopg.errors.ObjectInUse: if somebody is connected to `courseapp`.
    """
    with psycopg.connect(leading_to(url, "postgres"), autocommit=True) as server:
        # One that was killed may have left it.
        queries.db.drop_copy(server)
        queries.db.create_copy(server)
        try:
            yield leading_to(url, NAME)
        finally:
            # Where the server is gone the next copy is made in its place.
            with suppress(psycopg.OperationalError):
                queries.db.drop_copy(server)


def leading_to(url: str, database: str) -> str:
    """The URL of another database of the same server, as the same role."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()
