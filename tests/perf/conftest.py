"""Fixtures of the tests of load tests."""

import pytest


@pytest.fixture(scope="session")
def service_data(tmp_path_factory):
    """Where services keep their servers' data, from one run to the next: loaded once."""
    return tmp_path_factory.mktemp("service")
