"""Making courses: for their instructors, and for admins."""

import json

from courseapp import auth
from courseapp.authoring import changing
from courseapp.db import queries
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
)
from courseapp.rendering import with_html
from courseapp.responses import no_content
from courseapp.schemas.authoring import (
    CourseChangesSchema,
    NewCourseSchema,
    OutlineSchema,
)
from courseapp.schemas.courses import CourseDetailSchema
from courseapp.settling import settle_later

blp = Blueprint("authoring", __name__, url_prefix="/api/v1/courses", description=__doc__)


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
        new = {"actor_id": change.actor_id, "course": json.dumps(course)}
        course_id = None
        while course_id is None:
            course_id = queries.courses.create_course(change.conn, **new)
            # Whoever took a derived slug at this moment has it; then there is another.
            if course_id is None and course["slug"]:
                raise Problem("conflict", "Another course has this slug")
        return change.answer_course(course_id, 201)

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
        if changes and queries.courses.update_course(
            change.conn,
            actor_id=change.actor_id,
            course_id=course_id,
            changes=json.dumps(changes),
        ):
            settle_later(change.conn, course_id)
        return change.answer_course(course_id)


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
        refuse(outcome, detail="Publish a lesson of it first")
        change.drop_list()
        return change.answer_course(course_id)


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
        return change.answer_course(course_id)


@blp.put("/<id:course_id>/outline")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.arguments(OutlineSchema, max_bytes=LONG_BODY)
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
        return change.answer_course(course_id)
