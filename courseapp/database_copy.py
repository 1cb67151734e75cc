"""A copy of a whole database, for what would leave its traces in the original."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg

from courseapp.db import queries


class Copy(NamedTuple):
    """A database that is a copy, and the statements that make it and throw it away."""

    name: str
    create: Callable
    drop: Callable


COPY = Copy("courseapp_copy", queries.db.create_copy, queries.db.drop_copy)


@contextmanager
def copied(url: str, copy: Copy = COPY) -> Iterator[str]:
    """Copy `courseapp`, statistics included; yields the copy's URL, and drops it at the end.

    :param url: of `courseapp`, as a superuser
    :raise psycopg.errors.ObjectInUse: if somebody is connected to `courseapp`.
    """
    with psycopg.connect(leading_to(url, "postgres"), autocommit=True) as server:
        # One that was killed may have left it.
        copy.drop(server)
        copy.create(server)
        try:
            yield leading_to(url, copy.name)
        finally:
            # Where the server is gone the next copy is made in its place.
            with suppress(psycopg.OperationalError):
                copy.drop(server)


def leading_to(url: str, database: str) -> str:
    """The URL of another database of the same server, as the same role."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()
