"""Signed playback URLs, when a Mux signing key is configured."""

import base64
import binascii
import json
import time
from datetime import UTC, datetime

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Flask, current_app

from courseapp.config import ConfigError

# Audiences of Mux's tokens: video and thumbnail.
_AUDIENCES = {"hls_url": "v", "thumbnail_url": "t"}


def sign_playback(lesson: bytes) -> bytes:
    """Add tokens to the URLs of a json Lesson; without a signing key it stays as it is."""
    if policy() == "public":
        return lesson
    document = json.loads(lesson)
    if document["playback"] is not None:
        _sign(document["playback"], document["mux_playback_id"])
    return json.dumps(document).encode()


def sign_addresses(playback: bytes, playback_id: str) -> bytes:
    """Add tokens to the URLs of a json Playback; without a signing key it stays as it is."""
    if policy() == "public":
        return playback
    document = json.loads(playback)
    _sign(document, playback_id)
    return json.dumps(document).encode()


def policy() -> str:
    """How Mux has to protect a video that this service shows: `signed` or `public`."""
    return "signed" if current_app.extensions["mux_signing_key"] else "public"


def _sign(playback: dict, playback_id: str) -> None:
    kid = current_app.config["MUX_SIGNING_KEY_ID"]
    expires = _expiry()
    for name, audience in _AUDIENCES.items():
        claims = {"sub": playback_id, "aud": audience, "exp": expires, "kid": kid}
        key = current_app.extensions["mux_signing_key"]
        playback[name] += f"?token={jwt.encode(claims, key, 'RS256', headers={'kid': kid})}"
    playback["expires_at"] = datetime.fromtimestamp(expires, UTC).isoformat()


def _expiry() -> int:
    """When a token made now expires: in PLAYBACK_TOKEN_SECONDS, or up to half of that sooner.

    It only moves on twice in that time, so that the ETag stays what it is in between, and who is
    told that nothing has changed has a token with half of its life before it.
    """
    step = current_app.config["PLAYBACK_TOKEN_SECONDS"] // 2
    return (int(time.time()) // step + 2) * step


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
