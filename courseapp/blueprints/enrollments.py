"""Who is enrolled in what."""

from flask import g
from psycopg.errors import ForeignKeyViolation

from courseapp import auth
from courseapp.cache_drops import dropping
from courseapp.db import connection, queries
from courseapp.enrollment import enroll as enroll_once
from courseapp.errors import Problem
from courseapp.openapi import Blueprint
from courseapp.responses import PRIVATE, json_response, no_content
from courseapp.schemas.enrollments import (
    EnrollmentListSchema,
    EnrollmentQuerySchema,
    EnrollmentSchema,
)

blp = Blueprint("enrollments", __name__, url_prefix="/api/v1", description=__doc__)


@blp.post("/courses/<id:course_id>/enroll")
@blp.leads_to("get_enrollment", 201, course_id="course_id")
@blp.leads_to("get_course_progress", 201, course_id="course_id")
@blp.leads_to("leave", 201, course_id="course_id")
@auth.token_required
@blp.response(201, EnrollmentSchema, description="Enrolled now")
@blp.alt_response(200, schema=EnrollmentSchema, description="Was enrolled already")
@blp.refuses("unauthenticated", "cross_site", "not_found", "unavailable")
def enroll(course_id):
    """Enroll in a published course. Asking again changes nothing."""
    try:
        with dropping() as drops, connection() as conn:
            is_new, body = enroll_once(conn, drops, **auth.session(), course_id=course_id)
    except ForeignKeyViolation as error:
        # Its author deleted the course at this moment.
        raise Problem("not_found") from error
    return json_response(body, 201 if is_new else 200)


@blp.get("/courses/<id:course_id>/enroll")
@auth.required
@blp.response(200, EnrollmentSchema)
@blp.refuses("unauthenticated", "not_found", "unavailable")
def get_enrollment(course_id):
    """The caller's enrollment in a course; 404 when there is none."""
    with connection() as conn:
        body = queries.enrollments.get_enrollment(
            conn, user_id=g.caller.user_id, course_id=course_id
        )
    if body is None:
        raise Problem("not_found", "You are not enrolled in this course")
    return json_response(body, cache=PRIVATE)


@blp.delete("/courses/<id:course_id>/enroll")
@auth.required
@blp.response(204)
@blp.refuses("unauthenticated", "cross_site", "not_found", "unavailable")
def leave(course_id):
    """Leave a course; the progress stays for a return. Without an enrollment nothing happens."""
    with connection() as conn:
        queries.enrollments.delete_enrollment(conn, user_id=g.caller.user_id, course_id=course_id)
    return no_content()


@blp.get("/enrollments/me")
@blp.leads_to("get_course_progress", course_id="items/0/course_id")
@blp.leads_to("leave", course_id="items/0/course_id")
@auth.required
@blp.arguments(EnrollmentQuerySchema, location="query")
@blp.response(200, EnrollmentListSchema)
@blp.refuses("bad_request", "invalid", "unauthenticated", "unavailable")
def list_my_enrollments(query):
    """The caller's courses with how far they are, newest enrollment first."""
    micros, before_id = query["cursor"] or (None, None)
    with connection() as conn:
        body = queries.enrollments.list_enrollments(
            conn,
            user_id=g.caller.user_id,
            before_micros=micros,
            before_id=before_id,
            limit=query["limit"],
        )
    return json_response(body, cache=PRIVATE)
