"""Keys."""

import pytest

from courseapp.credentials import Signer


@pytest.fixture(scope="session")
def signer():
    """The service's."""
    return Signer(bytes(range(32)))


@pytest.fixture(scope="session")
def stranger():
    """Somebody else's."""
    return Signer(bytes(range(1, 33)))
