"""Lessons to watch."""

from courseapp import auth
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.openapi import OPTIONAL, Blueprint
from courseapp.playback import sign_playback
from courseapp.responses import PRIVATE, json_response
from courseapp.schemas.lessons import LessonSchema

blp = Blueprint("lessons", __name__, url_prefix="/api/v1/lessons", description=__doc__)


@blp.get("/<id:lesson_id>")
@blp.leads_to("record_progress", lesson_id="id")
@blp.leads_to("get_lesson_progress", lesson_id="id")
@blp.leads_to("get_course", ref="course_id")
@auth.optional
@blp.response(200, LessonSchema)
@blp.refuses("unauthenticated", "not_enrolled", "not_found", "unavailable")
@blp.doc(**OPTIONAL)
def get_lesson(lesson_id):
    """A lesson with its playback URLs and where the caller stopped.

    For the enrolled and the course's staff; free previews for everyone.
    """
    with connection() as conn:
        row = queries.lessons.get_lesson(conn, lesson_id=lesson_id, **auth.viewer())
    if row is None:
        raise Problem("not_found")
    outcome, body = row
    refuse(outcome)
    return json_response(sign_playback(body), cache=PRIVATE)
