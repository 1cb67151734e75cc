"""Making courses: for their instructors, and for admins."""

import json

from flask import g

from courseapp import auth
from courseapp.authoring import Change, changing
from courseapp.db import queries
from courseapp.errors import Problem, refuse
from courseapp.idempotency import once
from courseapp.openapi import BODY, IDEMPOTENCY_KEY, IF_MATCH, LONG_BODY, Blueprint
from courseapp.rendering import with_html
from courseapp.responses import json_response, no_content
from courseapp.schemas.authoring import (
    CourseChangesSchema,
    InstructorEmailSchema,
    NewCourseSchema,
    OutlineSchema,
)
from courseapp.schemas.courses import CourseDetailSchema, InstructorSchema
from courseapp.settling import settle_later

blp = Blueprint("authoring", __name__, url_prefix="/api/v1/courses", description=__doc__)
AUTHORS = ("unauthenticated", "forbidden", "unavailable")
CHANGES = ("precondition_failed", "cross_site", "not_found", *AUTHORS)
CREATES = ("bad_request", "in_flight", "idempotency_key_reused", *BODY, *AUTHORS)


@blp.post("")
@blp.leads_to("update_course", 201, ref="id")
@blp.leads_to("create_module", 201, course_id="id")
@blp.leads_to("publish_course", 201, course_id="id")
@blp.leads_to("delete_course", 201, ref="id")
@auth.staff
@blp.takes_headers(IDEMPOTENCY_KEY)
@blp.arguments(NewCourseSchema, max_bytes=LONG_BODY)
@blp.response(201, CourseDetailSchema)
@blp.refuses(*CREATES, "conflict")
def create_course(course):
    """Make a course that is not published yet, with the caller as its lead."""
    # Before a connection is taken.
    course = with_html(course, "description")

    def create():
        course_id = queries.courses.create_course(
            change.conn, actor_id=change.actor_id, course=json.dumps(course)
        )
        return answer_course(change, course_id, 201)

    with changing() as change:
        return once(change.conn, create)


@blp.patch("/<ref:ref>")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.arguments(CourseChangesSchema, max_bytes=LONG_BODY)
@blp.response(200, CourseDetailSchema)
@blp.refuses(*BODY, *CHANGES, "conflict")
def update_course(changes, ref):
    """Change a course. What is not sent stays.

    With a lower `completion_threshold` learners who have watched that much complete their lessons,
    soon after the answer; with a higher one nobody loses anything.
    """
    changes = with_html(changes, "description")
    with changing() as change:
        course_id = change.lock_course(ref)
        if changes:
            queries.courses.update_course(
                change.conn,
                actor_id=change.actor_id,
                course_id=course_id,
                changes=json.dumps(changes),
            )
        if "completion_threshold" in changes:
            settle_later(change.conn, course_id)
        return answer_course(change, course_id)


@blp.delete("/<ref:ref>")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.response(204)
@blp.refuses(*CHANGES)
def delete_course(ref):
    """Delete a course. If anybody ever took it, it is archived: for them it stays as it is."""
    with changing() as change:
        course_id = change.lock_course(ref)
        queries.lessons.lock_lessons_against_learners(
            change.conn, course_id=course_id, module_id=None, lesson_id=None
        )
        # After its lessons, which is the order in which learners lock them.
        queries.courses.lock_course_against_learners(change.conn, course_id=course_id)
        queries.courses.delete_course(change.conn, actor_id=change.actor_id, course_id=course_id)
    return no_content()


@blp.post("/<id:course_id>/publish")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.response(200, CourseDetailSchema)
@blp.refuses(*CHANGES, "not_publishable")
def publish_course(course_id):
    """Publish a course that has a published lesson, as the newest. Asking again changes nothing."""
    with changing() as change:
        change.lock_course(course_id)
        outcome = queries.courses.publish_course(
            change.conn, actor_id=change.actor_id, course_id=course_id
        )
        refuse(outcome)
        change.drop_list()
        return answer_course(change, course_id)


@blp.post("/<id:course_id>/unpublish")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.response(200, CourseDetailSchema)
@blp.refuses(*CHANGES)
def unpublish_course(course_id):
    """Take a course off the list. Whoever is enrolled keeps it. Asking again changes nothing."""
    with changing() as change:
        change.lock_course(course_id)
        queries.courses.unpublish_course(change.conn, actor_id=change.actor_id, course_id=course_id)
        # Also when it was not published: the request that unpublished it may have died.
        change.drop_list()
        return answer_course(change, course_id)


@blp.put("/<id:course_id>/outline")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.arguments(OutlineSchema)
@blp.response(200, CourseDetailSchema)
@blp.refuses(*BODY, *CHANGES, "outline_changed")
def reorder_outline(outline, course_id):
    """Put modules and lessons into another order; lessons may move to another module.

    Name all that `GET courses/{ref}` shows to the course's instructors, each once.
    """
    places = [
        (module["id"], lesson) for module in outline["modules"] for lesson in module["lessons"]
    ]
    with changing() as change:
        change.lock_course(course_id)
        outcome = queries.courses.reorder_outline(
            change.conn,
            actor_id=change.actor_id,
            course_id=course_id,
            module_ids=[module["id"] for module in outline["modules"]],
            lesson_ids=[lesson_id for _, lesson_id in places],
            lesson_module_ids=[module_id for module_id, _ in places],
        )
        refuse(outcome)
        return answer_course(change, course_id)


@blp.post("/<id:course_id>/instructors")
@blp.leads_to("remove_instructor", 201, user_id="id")
@auth.required
@blp.arguments(InstructorEmailSchema)
@blp.response(201, InstructorSchema, description="Added now")
@blp.alt_response(200, schema=InstructorSchema, description="Taught it already")
@blp.refuses(*BODY, *AUTHORS, "not_found")
def add_instructor(instructor, course_id):
    """Let another instructor teach the course, too. Asking again changes nothing."""
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


@blp.delete("/<id:course_id>/instructors/<id:user_id>")
@auth.required
@blp.response(204)
@blp.refuses("cross_site", *AUTHORS, "not_found")
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
        refuse(outcome or "not_found")
    return no_content()


def answer_course(change: Change, course_id: int, status: int = 200):
    """The course as its author sees it now, with the ETag for the next change."""
    version, body = queries.courses.get_course(
        change.conn, course_id=course_id, slug=None, **auth.viewer()
    )
    response = json_response(body, status, version=version)
    if status == 201:
        response.headers["Location"] = f"/api/v1/courses/{course_id}"
    return response
