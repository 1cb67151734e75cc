"""How far learners are."""

from flask import g
from psycopg.errors import ForeignKeyViolation

from courseapp import auth
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import dropping
from courseapp.completion import complete_lesson
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.openapi import Blueprint
from courseapp.operations import BODY
from courseapp.responses import PRIVATE, json_response
from courseapp.schemas.progress import (
    CourseProgressSchema,
    LessonProgressSchema,
    LessonProgressUpdateSchema,
    ProgressUpdateSchema,
)

blp = Blueprint("progress", __name__, url_prefix="/api/v1/progress", description=__doc__)


@blp.post("/lessons/<id:lesson_id>")
@auth.token_required
@blp.arguments(ProgressUpdateSchema)
@blp.response(200, LessonProgressUpdateSchema)
@blp.refuses(*BODY, "unauthenticated", "not_enrolled", "not_found", "throttled", "unavailable")
def record_progress(update, lesson_id):
    """Report how far the player is; at most every 5 seconds, three at once after a pause.

    Nothing goes backwards: watched seconds and percentage keep their highest
    value and a completion stays. The update that completes is never refused,
    and `earned` in its answer says what to celebrate.
    """
    user_id = g.caller.user_id
    try:
        with dropping() as drops, connection() as conn:
            outcome, body, retry_after, is_just_completed = queries.progress.record_progress(
                conn, user_id=user_id, session_id=g.caller.session_id, lesson_id=lesson_id, **update
            )
            if outcome == "completing":
                outcome, body = complete_lesson(conn, drops, user_id, lesson_id, update)
            elif is_just_completed:
                # Perhaps once more, because who completed it died before its drop.
                drops.record(conn, GAMIFICATION(user_id=user_id))
    except ForeignKeyViolation as error:
        # Its author deleted the lesson at this moment.
        raise Problem("not_found") from error
    refuse(outcome, retry_after=retry_after if outcome == "throttled" else None)
    return json_response(body)


@blp.get("/lessons/<id:lesson_id>")
@auth.required
@blp.response(200, LessonProgressSchema)
@blp.refuses("unauthenticated", "not_enrolled", "not_found", "unavailable")
def get_lesson_progress(lesson_id):
    """Where the caller stopped in one lesson; zeros before the first update."""
    with connection() as conn:
        row = queries.progress.get_lesson_progress(
            conn, user_id=g.caller.user_id, lesson_id=lesson_id
        )
    if row is None:
        raise Problem("not_found")
    outcome, body = row
    refuse(outcome)
    return json_response(body, cache=PRIVATE)


@blp.get("/courses/<id:course_id>")
@blp.leads_to("get_lesson", lesson_id="lessons/0/lesson_id")
@blp.leads_to("record_progress", lesson_id="lessons/0/lesson_id")
@auth.token_required
@blp.response(200, CourseProgressSchema)
@blp.refuses("unauthenticated", "not_enrolled", "not_found", "unavailable")
def get_course_progress(course_id):
    """How far the caller is in one course, and what remains."""
    with connection() as conn:
        outcome, body = queries.progress.get_course_progress(
            conn, course_id=course_id, **auth.session()
        )
    refuse(outcome)
    return json_response(body, cache=PRIVATE)
