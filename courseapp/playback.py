"""Signed playback URLs, when a Mux signing key is configured."""

import base64
import binascii
import json
import time

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Flask, current_app

from courseapp.config import ConfigError

# A token outlives the longest lesson, and one an hour keeps the ETag still.
_HOUR = 3600
_HOURS = 6
# Audiences of Mux's tokens: video and thumbnail.
_AUDIENCES = {"hls_url": "v", "thumbnail_url": "t"}


def sign_playback(lesson: bytes) -> bytes:
    """Add tokens to the URLs of a json Lesson; without a signing key it stays as it is."""
    key = current_app.extensions["mux_signing_key"]
    if key is None:
        return lesson
    document = json.loads(lesson)
    expires = (int(time.time()) // _HOUR + _HOURS) * _HOUR
    for name, audience in _AUDIENCES.items():
        if document["playback"] is None:
            break
        claims = {"sub": document["mux_playback_id"], "aud": audience, "exp": expires}
        kid = current_app.config["MUX_SIGNING_KEY_ID"]
        token = jwt.encode(claims | {"kid": kid}, key, "RS256", headers={"kid": kid})
        document["playback"][name] += f"?token={token}"
    return json.dumps(document).encode()


def init_app(app: Flask) -> None:
    """Read the key once.

    :raise ConfigError: if only half of it is set, or it is no RSA key.
    """
    kid, encoded = app.config["MUX_SIGNING_KEY_ID"], app.config["MUX_SIGNING_PRIVATE_KEY"]
    if bool(kid) != bool(encoded):
        raise ConfigError("MUX_SIGNING_KEY_ID and MUX_SIGNING_PRIVATE_KEY go together")
    key = None
    if encoded:
        try:
            key = load_pem_private_key(base64.b64decode(encoded, validate=True), None)
        except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ConfigError("MUX_SIGNING_PRIVATE_KEY is no PEM key in base64") from error
        # Any other kind would load, and then fail at the first lesson.
        if not isinstance(key, RSAPrivateKey):
            raise ConfigError("MUX_SIGNING_PRIVATE_KEY is no RSA key")
    app.extensions["mux_signing_key"] = key
