"""Password hashes: argon2id at the cost that OWASP recommends."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from courseapp.errors import Problem

# 19 MiB, two passes: about 30 ms. The library's default takes five times that.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified for an unknown e-mail, so that it takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_hex())
# A burst of logins must not take every core and 19 MiB a thread from the players.
_slots = threading.BoundedSemaphore(2)
_WAIT_SECONDS = 10


class _Slot:
    def __enter__(self):
        if not _slots.acquire(timeout=_WAIT_SECONDS):
            raise Problem("unavailable")

    def __exit__(self, *exc):
        _slots.release()


def hash_password(password: str) -> str:
    """The argon2id hash of `password`, with its parameters and salt.

    :raise Problem: `unavailable` if too many hashes are being computed.
    """
    with _Slot():
        return _hasher.hash(password)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether `password` belongs to `password_hash`; False, as slowly, without a hash.

    :raise Problem: `unavailable` if too many hashes are being computed.
    """
    with _Slot():
        try:
            return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)
