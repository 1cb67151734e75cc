"""Where the player gets the video of a lesson, and goes on getting it."""

from courseapp import auth
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.openapi import Blueprint
from courseapp.operations import OPTIONAL
from courseapp.playback import sign_addresses
from courseapp.responses import PRIVATE, json_response
from courseapp.schemas.lessons import PlaybackSchema

blp = Blueprint("playback", __name__, url_prefix="/api/v1/lessons", description=__doc__)


@blp.get("/<id:lesson_id>/playback")
@auth.optional
@blp.response(200, PlaybackSchema)
@blp.refuses("unauthenticated", "not_enrolled", "not_found", "unavailable")
@blp.doc(**OPTIONAL)
def get_playback(lesson_id):
    """The playback URLs of a lesson with fresh tokens, to ask for before `expires_at`.

    For those who may get the lesson; 404 also for one without a video.
    """
    with connection() as conn:
        row = queries.playback.get_playback(conn, lesson_id=lesson_id, **auth.viewer())
    if row is None:
        raise Problem("not_found")
    outcome, playback_id, body = row
    refuse(outcome)
    # To be asked for each time: an answer that was kept may hold a token of yesterday.
    return json_response(sign_addresses(body, playback_id), cache=PRIVATE)
