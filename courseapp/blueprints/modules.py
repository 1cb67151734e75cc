"""Modules: the parts of a course."""

import json

from flask import g

from courseapp import auth
from courseapp.authoring import Change, changing
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.idempotency import once
from courseapp.openapi import Blueprint
from courseapp.operations import BODY, CHANGES, CREATES, IDEMPOTENCY_KEY, IF_MATCH, OPTIONAL
from courseapp.responses import PRIVATE, PUBLIC, json_response, no_content
from courseapp.schemas.authoring import MOST_MODULES, ModuleChangesSchema, NewModuleSchema
from courseapp.schemas.courses import ModuleDetailSchema
from courseapp.settling import settle_later

blp = Blueprint("modules", __name__, url_prefix="/api/v1", description=__doc__)


@blp.get("/modules/<id:module_id>")
@blp.leads_to("get_course", ref="course_id")
@blp.leads_to("get_lesson", lesson_id="lessons/0/id")
@auth.optional
@blp.response(200, ModuleDetailSchema)
@blp.refuses("not_found", "unavailable")
@blp.doc(**OPTIONAL)
def get_module(module_id):
    """A module with its lessons; for whoever sees its course."""
    with connection() as conn:
        row = queries.modules.get_module(conn, module_id=module_id, **auth.viewer())
    if row is None:
        raise Problem("not_found")
    version, body = row
    cache = PRIVATE if g.caller else PUBLIC
    return json_response(body, cache=cache, vary="Cookie, Authorization", version=version)


@blp.post("/courses/<id:course_id>/modules")
@blp.leads_to("update_module", 201, module_id="id")
@blp.leads_to("create_lesson", 201, module_id="id")
@blp.leads_to("delete_module", 201, module_id="id")
@auth.required
@blp.takes_headers(IDEMPOTENCY_KEY, IF_MATCH)
@blp.arguments(NewModuleSchema)
@blp.response(201, ModuleDetailSchema)
@blp.refuses(*CREATES, "not_found", "precondition_failed", "conflict")
def create_module(module, course_id):
    """Add a module at the end of a course; `If-Match` is about the course."""

    def create():
        change.lock_course(course_id)
        module_id = queries.modules.create_module(
            change.conn,
            actor_id=change.actor_id,
            course_id=course_id,
            most=MOST_MODULES,
            **module,
        )
        if module_id is None:
            raise Problem("conflict", f"A course has {MOST_MODULES:,} modules at most")
        return _answer(change, module_id, 201)

    with changing() as change:
        return once(change.conn, create)


@blp.patch("/modules/<id:module_id>")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.arguments(ModuleChangesSchema)
@blp.response(200, ModuleDetailSchema)
@blp.refuses(*BODY, *CHANGES)
def update_module(changes, module_id):
    """Change a module. What is not sent stays."""
    with changing() as change:
        change.lock(queries.modules.lock_module, module_id=module_id)
        if changes:
            queries.modules.update_module(
                change.conn,
                actor_id=change.actor_id,
                module_id=module_id,
                changes=json.dumps(changes),
            )
        return _answer(change, module_id)


@blp.delete("/modules/<id:module_id>")
@auth.required
@blp.takes_headers(IF_MATCH)
@blp.response(204)
@blp.refuses(*CHANGES, "last_published_lesson")
def delete_module(module_id):
    """Delete a module with its lessons; those that learners began are archived.

    Whoever has done all that remains completes the course, soon after the answer.
    """
    with changing() as change:
        course_id = change.lock(queries.modules.lock_module, module_id=module_id)
        lessons = {"course_id": course_id, "module_id": module_id, "lesson_id": None}
        queries.lessons.lock_lessons_against_learners(change.conn, **lessons)
        outcome = queries.lessons.delete_lessons(change.conn, actor_id=change.actor_id, **lessons)
        refuse(outcome)
        queries.modules.delete_module(change.conn, actor_id=change.actor_id, module_id=module_id)
        settle_later(change.conn, course_id)
    return no_content()


def _answer(change: Change, module_id: int, status: int = 200):
    version, body = queries.modules.get_module(change.conn, module_id=module_id, **auth.viewer())
    location = f"/api/v1/modules/{module_id}" if status == 201 else None
    return json_response(body, status, version=version, location=location)
