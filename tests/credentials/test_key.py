"""CREDENTIAL_KEY: how it is made, what it may be, and who it makes the service."""

import os
import subprocess
import sys

import pytest
from credentials.completed import credential, status_list
from credentials.test_verifying import GOOD

from courseapp import config
from courseapp.credential_keys import issuer_of, new_key, parse_key
from courseapp.credentials import Signer

OTHERS = {"DATABASE_URL": "postgresql://", "REDIS_URL": "redis://", "SECRET_KEYS": "x" * 32}


def load(value):
    return config.load(OTHERS | {"CREDENTIAL_KEY": value})["CREDENTIAL_KEY"]


def test_the_command_prints_a_new_key_each_time(runner):
    one, two = (runner.invoke(args=["certificates", "key"]) for _ in range(2))
    assert one.exit_code == 0
    key = load(one.stdout.strip())
    assert len(key) == 32
    assert key != load(two.stdout.strip())
    # Apart from it, so that a script can take the key alone.
    assert one.stderr == f"Its issuer: {issuer_of(key)}\n"


def test_what_a_new_key_signs_is_verified(verify):
    signer = Signer(parse_key(new_key()))
    assert verify(credential(signer), signer.issuer, status_list(signer)) == GOOD


def test_an_issuer_is_the_public_key_as_a_did():
    """The example of the did:key specification."""
    seed = bytes(32)
    assert issuer_of(seed) == "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"


def test_without_a_key_there_is_none():
    assert load("") is None


@pytest.mark.parametrize(
    "value", ["short-secret", "secret" * 8, "ż" * 43, "!" * 43, "A" * 42, "A" * 44, "A" * 64]
)
def test_what_is_no_key_is_refused_without_being_said(value):
    with pytest.raises(config.ConfigError) as caught:
        load(value)
    assert caught.value.message == (
        "CREDENTIAL_KEY is no key: `flask certificates key` prints a new one"
    )


def test_only_the_worker_loads_the_library(environ):
    """Nothing of it is in a web worker or in a command."""
    script = "import sys, courseapp; courseapp.create_app(); print(*sys.modules)"
    process = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | environ, capture_output=True, check=True
    )
    loaded = set(process.stdout.decode().split())
    assert "courseapp.cli.certificates" in loaded
    assert not loaded & {"openbadgeslib", "pyld", "courseapp.credentials"}
