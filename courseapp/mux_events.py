"""What the service does when Mux tells it something."""

import logging
import math

from psycopg import Connection

from courseapp.cache import COURSES
from courseapp.cache_drops import Drops
from courseapp.db import queries
from courseapp.mux import passthrough
from courseapp.playback import policy

log = logging.getLogger(__name__)

READY = "video.asset.ready"
ASSET_ERRORED = "video.asset.errored"
UPLOAD_ERRORED = "video.upload.errored"
UPLOAD_CANCELLED = "video.upload.cancelled"
# All others mean nothing here.
TYPES = (READY, ASSET_ERRORED, UPLOAD_ERRORED, UPLOAD_CANCELLED)

_LONGEST_MESSAGE = 500


def apply(conn: Connection, drops: Drops, event: dict) -> None:
    """Do what an event of one of TYPES asks for, in one transaction of a few milliseconds.

    Nothing for an upload that is not ours, and for one that does not wait any more: a newer one of
    its lesson has been begun, or Mux has already said what became of it.

    :param event: as schemas/webhooks.py reads it
    """
    data = event["data"]
    is_asset = event["type"] in (READY, ASSET_ERRORED)
    mux_upload_id = data.get("upload_id") if is_asset else data["id"]
    asked = data if is_asset else data.get("new_asset_settings") or {}
    with conn.transaction():
        found = queries.webhooks.lock_upload(conn, mux_upload_id=mux_upload_id)
        if found is None:
            return
        upload_id, lesson_id = found
        if asked.get("passthrough") not in (None, passthrough(lesson_id)):
            log.warning("Mux's event %s is about another lesson than its upload", event["id"])
            return
        is_new = queries.webhooks.record_event(conn, event_id=event["id"], type=event["type"])
        if is_new:
            reason = _complete(conn, upload_id, data) if event["type"] == READY else _reason(event)
            if reason:
                queries.uploads.fail_upload(conn, upload_id=upload_id, message=reason)
        if event["type"] == READY:
            # Whether the list shows the lesson is not asked: somebody may just be publishing it.
            # Of a copy, too: the worker that had the first may have died before its drop.
            drops.record(conn, COURSES())


def _complete(conn: Connection, upload_id: int, asset: dict) -> str | None:
    """Give a lesson its video, or say why that is not possible."""
    wanted, seconds = policy(), asset.get("duration")
    ids = [p["id"] for p in asset.get("playback_ids") or [] if p["policy"] == wanted]
    if not ids:
        return f"Mux made no {wanted} playback id. Send the file again."
    is_shown = queries.uploads.complete_upload(
        conn,
        upload_id=upload_id,
        mux_asset_id=asset["id"],
        mux_playback_id=ids[0],
        duration_seconds=None if seconds is None else max(1, math.ceil(seconds)),
    )
    return None if is_shown else "The lesson takes no video any more."


def _reason(event: dict) -> str:
    """Why there is no video, in Mux's words where it has some."""
    if event["type"] == UPLOAD_CANCELLED:
        return "The upload was cancelled."
    error = event["data"].get("errors") or event["data"].get("error") or {}
    words = " ".join(error.get("messages") or []) or error.get("message") or error.get("type")
    return (words or "Mux could not use the file.")[:_LONGEST_MESSAGE]
