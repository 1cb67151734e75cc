"""Whole courses as one document: export and import."""

import json

from courseapp import auth
from courseapp.authoring import changing
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.idempotency import once
from courseapp.jobs import defer
from courseapp.openapi import Blueprint
from courseapp.operations import AUTHORS, CREATES, IDEMPOTENCY_KEY
from courseapp.rendering import document_without_html
from courseapp.responses import PRIVATE, json_response
from courseapp.schemas.course_documents import CourseExportSchema, CourseImportSchema
from courseapp.schemas.courses import CourseDetailSchema

blp = Blueprint("course_documents", __name__, url_prefix="/api/v1/courses", description=__doc__)
# `flask courses import` takes any size.
LARGEST = 2 * 1_048_576


@blp.get("/<id:course_id>/export")
@auth.required
@blp.response(200, CourseExportSchema)
@blp.refuses(*AUTHORS, "not_found")
def export_course(course_id):
    """A course without its people; `courses/import` makes the same course of it again."""
    with connection() as conn:
        row = queries.courses.export_course(conn, course_id=course_id, **auth.viewer())
    if row is None:
        raise Problem("not_found")
    outcome, body = row
    refuse(outcome)
    return json_response(body, cache=PRIVATE)


@blp.post("/import")
@blp.leads_to("export_course", 201, course_id="id")
@auth.staff
@blp.takes_headers(IDEMPOTENCY_KEY)
@blp.arguments(CourseImportSchema, max_bytes=LARGEST)
@blp.response(201, CourseDetailSchema)
@blp.refuses(*CREATES, "conflict")
def import_course(document):
    """Make a course of an export, all of it or nothing; not published, the caller is its lead.

    The HTML of its texts is there a moment later.
    """

    def create():
        change.refuse_foreign_videos(
            {
                f"modules.{m}.lessons.{n}.mux_playback_id": lesson["mux_playback_id"]
                for m, module in enumerate(document["modules"])
                for n, lesson in enumerate(module["lessons"])
            }
        )
        course_id = queries.courses.import_course(
            change.conn,
            actor_id=change.actor_id,
            lead_id=change.actor_id,
            document=json.dumps(document_without_html(document)),
        )
        # All its texts may take longer than a request.
        defer(change.conn, "render_texts")
        return change.answer_course(course_id, 201)

    with changing() as change:
        return once(change.conn, create)
