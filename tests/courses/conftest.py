"""A catalogue for each test."""

import functools

import builders
import pytest


@pytest.fixture
def catalogue(conn):
    """builders.make_course, for a catalogue in which nothing else is listed."""
    conn.execute(
        "update courses set published_at = null, archived_at = now() where archived_at is null"
    )
    return functools.partial(builders.make_course, conn)
