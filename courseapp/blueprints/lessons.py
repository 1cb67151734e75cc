"""Lessons: watching them, and making them."""

import json

from flask import Response

from courseapp import auth
from courseapp.authoring import Change, changing
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.idempotency import once
from courseapp.openapi import Blueprint
from courseapp.operations import (
    BODY,
    CHANGES,
    CREATES,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    LONG_BODY,
    OPTIONAL,
)
from courseapp.playback import sign_playback
from courseapp.rendering import with_html
from courseapp.responses import PRIVATE, json_response, no_content
from courseapp.schemas.authoring import MOST_LESSONS, LessonChangesSchema, NewLessonSchema
from courseapp.schemas.lessons import LessonSchema
from courseapp.settling import settle_later

blp = Blueprint("lessons", __name__, url_prefix="/api/v1", description=__doc__)
_NEEDED = "A published video lesson needs its video, a text lesson its text"


@blp.get("/lessons/<id:lesson_id>")
@blp.leads_to("record_progress", lesson_id="id")
@blp.leads_to("get_lesson_progress", lesson_id="id")
@blp.leads_to("get_course", ref="course_id")
@blp.leads_to("get_playback", lesson_id="id")
@blp.leads_to("create_upload", lesson_id="id")
@blp.leads_to("list_uploads", lesson_id="id")
@auth.token_optional
@blp.response(200, LessonSchema)
@blp.refuses("unauthenticated", "not_enrolled", "not_found", "unavailable")
@blp.doc(**OPTIONAL)
def get_lesson(lesson_id):
    """A lesson with its playback URLs and where the caller stopped.

    For the enrolled and the course's staff; free previews for everyone.
    """
    with connection() as conn:
        row = queries.lessons.get_lesson(conn, lesson_id=lesson_id, **auth.session())
    if row is None:
        raise Problem("not_found")
    outcome, body, version = row
    refuse(outcome)
    return json_response(sign_playback(body), cache=PRIVATE, version=version)


@blp.post("/modules/<id:module_id>/lessons")
@blp.leads_to("update_lesson", 201, lesson_id="id")
@blp.leads_to("publish_lesson", 201, lesson_id="id")
@blp.leads_to("delete_lesson", 201, lesson_id="id")
@auth.required
@blp.takes_headers(IDEMPOTENCY_KEY, IF_MATCH)
@blp.arguments(NewLessonSchema, max_bytes=LONG_BODY)
@blp.response(201, LessonSchema)
@blp.refuses(*CREATES, "not_found", "precondition_failed", "conflict")
def create_lesson(lesson, module_id):
    """Add a lesson at the end of a module, not published yet; `If-Match` is about the module."""
    # Before a connection is taken.
    lesson = with_html(lesson, "body")

    def create():
        change.lock(queries.modules.lock_module, module_id=module_id)
        change.refuse_foreign_videos({"mux_playback_id": lesson["mux_playback_id"]})
        lesson_id = queries.lessons.create_lesson(
            change.conn,
            actor_id=change.actor_id,
            module_id=module_id,
            lesson=json.dumps(lesson),
            most=MOST_LESSONS,
        )
        if lesson_id is None:
            raise Problem("conflict", f"A module has {MOST_LESSONS:,} lessons at most")
        return _answer(change, lesson_id, 201)

    with changing() as change:
        response = once(change.conn, create)
    return _signed(response)


@blp.patch("/lessons/<id:lesson_id>")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.arguments(LessonChangesSchema, max_bytes=LONG_BODY)
@blp.response(200, LessonSchema)
@blp.refuses(*BODY, *CHANGES, "not_publishable")
def update_lesson(changes, lesson_id):
    """Change a lesson. What is not sent stays. Points are those of who completes it from now on."""
    changes = with_html(changes, "body")
    with changing() as change:
        change.lock(queries.lessons.lock_lesson, lesson_id=lesson_id)
        change.refuse_foreign_videos({"mux_playback_id": changes.get("mux_playback_id")})
        if changes:
            outcome = queries.lessons.update_lesson(
                change.conn,
                actor_id=change.actor_id,
                lesson_id=lesson_id,
                changes=json.dumps(changes),
            )
            refuse(outcome, detail=_NEEDED)
        response = _answer(change, lesson_id)
    return _signed(response)


@blp.delete("/lessons/<id:lesson_id>")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.response(204)
@blp.refuses(*CHANGES, "last_published_lesson")
def delete_lesson(lesson_id):
    """Delete a lesson; one that learners began is archived, and their progress stays.

    Whoever has done all that remains completes the course, soon after the answer.
    """
    with changing() as change:
        course_id = change.lock(queries.lessons.lock_lesson, lesson_id=lesson_id)
        lessons = {"course_id": course_id, "module_id": None, "lesson_id": lesson_id}
        queries.lessons.lock_lessons_against_learners(change.conn, **lessons)
        outcome = queries.lessons.delete_lessons(change.conn, actor_id=change.actor_id, **lessons)
        refuse(outcome)
        settle_later(change.conn, course_id)
    return no_content()


@blp.post("/lessons/<id:lesson_id>/publish")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.response(200, LessonSchema)
@blp.refuses(*CHANGES, "not_publishable")
def publish_lesson(lesson_id):
    """Let learners have a lesson. Nobody who has completed the course loses that by it."""
    with changing() as change:
        course_id = change.lock(queries.lessons.lock_lesson, lesson_id=lesson_id)
        outcome, is_begun = queries.lessons.publish_lesson(
            change.conn, actor_id=change.actor_id, lesson_id=lesson_id
        )
        refuse(outcome, detail=_NEEDED)
        if is_begun:
            # The threshold may have been lowered meanwhile.
            settle_later(change.conn, course_id)
        response = _answer(change, lesson_id)
    return _signed(response)


@blp.post("/lessons/<id:lesson_id>/unpublish")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.response(200, LessonSchema)
@blp.refuses(*CHANGES, "last_published_lesson")
def unpublish_lesson(lesson_id):
    """Take a lesson back from learners; their progress stays.

    Whoever has done all that remains completes the course, soon after the answer.
    """
    with changing() as change:
        course_id = change.lock(queries.lessons.lock_lesson, lesson_id=lesson_id)
        outcome = queries.lessons.unpublish_lesson(
            change.conn, actor_id=change.actor_id, course_id=course_id, lesson_id=lesson_id
        )
        refuse(outcome)
        settle_later(change.conn, course_id)
        response = _answer(change, lesson_id)
    return _signed(response)


def _answer(change: Change, lesson_id: int, status: int = 200):
    session = auth.session()
    _, body, version = queries.lessons.get_lesson(change.conn, lesson_id=lesson_id, **session)
    location = f"/api/v1/lessons/{lesson_id}" if status == 201 else None
    return json_response(body, status, version=version, location=location)


def _signed(response: Response) -> Response:
    """The answer with playback tokens: made when nothing is held any more, and kept nowhere."""
    response.set_data(sign_playback(response.get_data()))
    return response
