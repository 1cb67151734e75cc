"""Who teaches a course."""

from flask import g

from courseapp import auth
from courseapp.authoring import changing
from courseapp.db import queries
from courseapp.errors import Problem, refuse
from courseapp.openapi import Blueprint
from courseapp.operations import BODY, CHANGES, IF_MATCH
from courseapp.responses import json_response, no_content
from courseapp.schemas.authoring import InstructorEmailSchema
from courseapp.schemas.courses import InstructorSchema

blp = Blueprint(
    "instructors",
    __name__,
    url_prefix="/api/v1/courses/<id:course_id>/instructors",
    description=__doc__,
)

_ONLY_ADMINS = "Only an admin removes who leads the course"


@blp.post("")
@blp.leads_to("remove_instructor", 201, user_id="id")
@auth.required
@blp.doc(parameters=[IF_MATCH])
@blp.arguments(InstructorEmailSchema)
@blp.response(201, InstructorSchema, description="Added now")
@blp.alt_response(200, schema=InstructorSchema, description="Taught it already")
@blp.refuses(*BODY, *CHANGES)
def add_instructor(instructor, course_id):
    """Let another instructor teach the course, too. Asking again changes nothing.

    Here and below `If-Match` is about the course.
    """
    with changing() as change:
        change.lock_course(course_id)
        row = queries.courses.add_instructor(
            change.conn,
            actor_id=change.actor_id,
            course_id=course_id,
            email=instructor["email"].strip(),
        )
        if row is None:
            raise Problem("not_found", "No instructor has this e-mail")
        is_new, body = row
    return json_response(body, 201 if is_new else 200)


@blp.delete("/<id:user_id>")
@auth.required
@blp.doc(parameters=[IF_MATCH])
@blp.response(204)
@blp.refuses(*CHANGES)
def remove_instructor(course_id, user_id):
    """Let somebody teach the course no longer, oneself included. Its lead only an admin removes."""
    with changing() as change:
        change.lock_course(course_id)
        outcome = queries.courses.remove_instructor(
            change.conn,
            actor_id=change.actor_id,
            role=g.caller.role,
            course_id=course_id,
            user_id=user_id,
        )
        refuse(outcome or "not_found", detail=_ONLY_ADMINS if outcome else None)
    return no_content()
