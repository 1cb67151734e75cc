"""A Mux signing key is read at the start, and one that cannot sign stops it there."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from lessons.test_signed_playback import KID, encoded, pem

from courseapp.config import ConfigError


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


def test_the_traditional_form_of_a_key_works_too(make_app, key):
    raw = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    make_app(MUX_SIGNING_KEY_ID=KID, MUX_SIGNING_PRIVATE_KEY=encoded(raw))


@pytest.mark.parametrize("half", ["MUX_SIGNING_KEY_ID", "MUX_SIGNING_PRIVATE_KEY"])
def test_half_a_configuration_does_not_start(make_app, key, half):
    value = {"MUX_SIGNING_KEY_ID": KID, "MUX_SIGNING_PRIVATE_KEY": encoded(pem(key))}[half]
    with pytest.raises(ConfigError) as refused:
        make_app(**{half: value})
    assert "MUX_SIGNING_KEY_ID and MUX_SIGNING_PRIVATE_KEY go together" in refused.value.message


RSA = rsa.generate_private_key(65537, 2048)
BROKEN = {
    "no base64": "not base64!",
    "PEM without base64": pem(RSA).decode(),
    "no PEM": encoded(b"not PEM"),
    "cut off": encoded(pem(RSA)[:900]),
    "changed": encoded(pem(RSA).replace(b"A", b"B")),
    "with a password": encoded(pem(RSA, BestAvailableEncryption(b"secret"))),
    "the public half": encoded(
        RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    ),
    "elliptic curve": encoded(pem(ec.generate_private_key(ec.SECP256R1()))),
    "ed25519": encoded(pem(ed25519.Ed25519PrivateKey.generate())),
    "letters of another alphabet": "żółw",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_key_that_cannot_sign_does_not_start(make_app, kind):
    with pytest.raises(ConfigError) as refused:
        make_app(MUX_SIGNING_KEY_ID=KID, MUX_SIGNING_PRIVATE_KEY=BROKEN[kind])
    assert refused.value.message.startswith("MUX_SIGNING_PRIVATE_KEY is no ")
    # No part of a secret in a log.
    assert BROKEN[kind][:20] not in refused.value.message
