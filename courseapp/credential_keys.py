"""The Ed25519 key of credentials: how one is made, and the issuer that it is to the world.

The issuer is a did:key, which is the public key itself: who reads a credential has what they need
to check it, offline and for ever.
"""

import base64
import binascii
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_BYTES = 32
# Certificates to a status list: the standard's minimum, so that none stands out in it.
LIST_SIZE = 131_072
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# The multicodec number of an Ed25519 public key, 0xed, as a varint.
_ED25519 = b"\xed\x01"


def new_key() -> str:
    """A value for CREDENTIAL_KEY."""
    return secrets.token_urlsafe(KEY_BYTES)


def parse_key(value: str) -> bytes | None:
    """The value of CREDENTIAL_KEY, or nothing.

    :raise ValueError: with the end of a sentence, which does not have the key
    """
    if not value:
        return None
    try:
        key = base64.b64decode(value + "=" * (-len(value) % 4), altchars="-_", validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("is no key: `flask certificates key` prints a new one")
    return key


def issuer_of(key: bytes) -> str:
    """The did:key of a key, such as `did:key:z6Mk…`."""
    public = Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()
    number, letters = int.from_bytes(_ED25519 + public), ""
    while number:
        number, digit = divmod(number, 58)
        letters = _BASE58[digit] + letters
    return f"did:key:z{letters}"
