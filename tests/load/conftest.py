"""Fixtures of the tests of `flask seed load`."""

import pytest
from loaded import SMALL, load


@pytest.fixture(scope="module")
def small_load(app, conn):
    """The module's database with a small load, for tests that change it and roll back."""
    answer = load(app, **SMALL)
    assert answer.exit_code == 0, answer.output
    return conn
