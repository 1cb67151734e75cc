"""Mux, the video service: asking it to take a file. It answers later, by events."""

import json
import logging
import re
import time
from dataclasses import dataclass
from functools import cached_property

import httpx
from flask import Flask, current_app

from courseapp.config import ConfigError
from courseapp.errors import Problem
from courseapp.playback import policy

log = logging.getLogger(__name__)

# For a file of many gigabytes on a slow line.
UPLOAD_SECONDS = 86_400
_LONGEST_SECONDS = 604_800
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_URL = re.compile(r"https?://[\x21-\x7e]{1,8000}")
# Together below the proxy's patience (15 s); an author waits for it.
_PATIENCE = httpx.Timeout(4, connect=2)
_RETRY_SECONDS = 5


@dataclass(frozen=True)
class Upload:
    """What Mux has opened.

    :ivar mux_upload_id: its name there
    :ivar url: where the browser sends the file (PUT)
    :ivar seconds: how long it may
    """

    mux_upload_id: str
    url: str
    seconds: int


# A whole answer has a few hundred bytes.
_ANSWER_SECONDS = 8
_LARGEST_ANSWER = 65_536


class Mux:
    """The service's account at Mux; connects at the first request."""

    def __init__(self, url: str, token_id: str, token_secret: str):
        self._uploads = httpx.URL(f"{url.rstrip('/')}/video/v1/uploads")
        self._token = (token_id, token_secret)

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(auth=self._token, timeout=_PATIENCE)

    def create_upload(self, lesson_id: int, origin: str) -> Upload:
        """Ask for an address to which a page of `origin` may send a lesson's video.

        Hold no connection to the database meanwhile.

        :raise Problem: `video_unavailable`, whatever Mux did wrong; the log says what.
        """
        settings = {"playback_policies": [policy()], "passthrough": passthrough(lesson_id)}
        wanted = {"cors_origin": origin, "timeout": UPLOAD_SECONDS, "new_asset_settings": settings}
        try:
            status, body = self._post(wanted)
            if status != httpx.codes.CREATED:
                raise ValueError(f"{status} {body[:200]!r}")
            return _read(json.loads(body))
        except (httpx.HTTPError, ValueError) as error:
            # A wrong MUX_TOKEN_ID is 401 here, and nothing that the author could do better.
            log.error("Mux opens no upload: %s %s", type(error).__name__, error)
            raise Problem("video_unavailable", retry_after=_RETRY_SECONDS) from error

    def _post(self, wanted: dict) -> tuple[int, bytes]:
        """Status and body. httpx counts each part of an answer anew, and Mux may drip."""
        deadline, body = time.monotonic() + _ANSWER_SECONDS, b""
        with self._client.stream("POST", self._uploads, json=wanted) as answer:
            for part in answer.iter_bytes():
                body += part
                if len(body) > _LARGEST_ANSWER or time.monotonic() > deadline:
                    raise ValueError("an answer without an end")
        return answer.status_code, body


def _read(document: object) -> Upload:
    """The upload in Mux's answer.

    :raise ValueError: if there is none.
    """
    try:
        data = document["data"]
        upload = Upload(data["id"], data["url"], data["timeout"])
        is_whole = _NAME.fullmatch(upload.mux_upload_id) and _URL.fullmatch(upload.url)
        is_whole = is_whole and 0 < upload.seconds <= _LONGEST_SECONDS
    except (KeyError, TypeError) as error:
        raise ValueError("an answer without an upload") from error
    if not is_whole:
        raise ValueError("an answer with a broken upload")
    return upload


def passthrough(lesson_id: int) -> str:
    """What Mux keeps with a lesson's video and repeats in each event about it."""
    return f"lesson-{lesson_id}"


def mux() -> Mux:
    """The account of the current app.

    :raise Problem: `video_not_configured` without one.
    """
    found = current_app.extensions["mux"]
    if found is None:
        raise Problem("video_not_configured")
    return found


def init_app(app: Flask) -> None:
    """Prepare the account, if there is one. Connects nothing.

    :raise ConfigError: if only half of the token is set, or the address is none.
    """
    token = app.config["MUX_TOKEN_ID"], app.config["MUX_TOKEN_SECRET"]
    if any(token) and not all(token):
        raise ConfigError("MUX_TOKEN_ID and MUX_TOKEN_SECRET go together")
    try:
        app.extensions["mux"] = Mux(app.config["MUX_API_URL"], *token) if all(token) else None
    except httpx.InvalidURL as error:
        raise ConfigError(f"MUX_API_URL is no URL: {error}") from error
