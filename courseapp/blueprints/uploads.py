"""Videos for lessons: authors send them to Mux, which tells when they are ready."""

from flask import current_app, g, request

from courseapp import auth
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.mux import mux
from courseapp.openapi import Blueprint
from courseapp.responses import PRIVATE, json_response
from courseapp.schemas.uploads import UploadListSchema, UploadSchema

blp = Blueprint("uploads", __name__, url_prefix="/api/v1/lessons", description=__doc__)


@blp.post("/<id:lesson_id>/uploads")
@auth.required
@blp.response(201, UploadSchema)
@blp.refuses(
    *("unauthenticated", "cross_site", "forbidden", "not_found", "conflict"),
    *("video_not_configured", "video_unavailable", "unavailable"),
)
def create_upload(lesson_id):
    """Get an address for the video of a lesson: send the file there with PUT.

    For the course's staff. Of several uploads of a lesson only the newest can become its video.
    """
    with connection() as conn:
        _check(conn, lesson_id)
    # No connection waits for Mux with us; so what is there now is looked at again.
    upload = mux().create_upload(lesson_id, _page())
    with connection() as conn, conn.transaction():
        _check(conn, lesson_id)
        queries.uploads.retire_uploads(conn, lesson_id=lesson_id)
        body = queries.uploads.create_upload(
            conn,
            actor_id=g.caller.user_id,
            lesson_id=lesson_id,
            mux_upload_id=upload.mux_upload_id,
            url=upload.url,
            seconds=upload.seconds,
        )
    return json_response(body, 201)


@blp.get("/<id:lesson_id>/uploads")
@auth.required
@blp.response(200, UploadListSchema)
@blp.refuses("unauthenticated", "forbidden", "not_found", "unavailable")
def list_uploads(lesson_id):
    """What became of the videos that were sent for a lesson, newest first. For its staff."""
    with connection() as conn:
        row = queries.uploads.list_uploads(conn, lesson_id=lesson_id, **auth.viewer())
    if row is None:
        raise Problem("not_found")
    outcome, body = row
    refuse(outcome)
    return json_response(body, cache=PRIVATE)


def _check(conn, lesson_id: int) -> None:
    """Hold the lesson until the transaction ends.

    :raise Problem: if the caller may not give it a video.
    """
    outcome = queries.uploads.lock_lesson(conn, lesson_id=lesson_id, **auth.viewer())
    if outcome == "conflict":
        raise Problem(outcome, "A text lesson has no video")
    refuse(outcome or "not_found")


def _page() -> str:
    """The origin of the page that will send the file: Mux lets the browser send it from no other.

    A program has none, and needs none.
    """
    here = f"{request.scheme}://{request.host}"
    origin = request.headers.get("Origin")
    same_host = (f"https://{request.host}", f"http://{request.host}")
    return origin if origin in (*current_app.config["ALLOWED_ORIGINS"], *same_host) else here
