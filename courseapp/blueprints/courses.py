"""The catalogue."""

from flask import g

from courseapp import auth
from courseapp.authoring import by_ref
from courseapp.cache import COURSES, cached
from courseapp.db import connection, queries
from courseapp.errors import Problem
from courseapp.openapi import Blueprint
from courseapp.operations import OPTIONAL
from courseapp.responses import PRIVATE, PUBLIC, json_response
from courseapp.schemas.courses import CourseDetailSchema, CourseListSchema, CourseQuerySchema
from courseapp.schemas.pages import DEFAULT_LIMIT

blp = Blueprint("courses", __name__, url_prefix="/api/v1/courses", description=__doc__)
FIRST_PAGE = {"before_micros": None, "before_id": None, "limit": DEFAULT_LIMIT}


@blp.get("")
@blp.leads_to("get_course", ref="items/0/id")
@blp.leads_to("enroll", course_id="items/0/id")
@auth.public
@blp.arguments(CourseQuerySchema, location="query")
@blp.response(200, CourseListSchema)
@blp.refuses("bad_request", "invalid", "unauthenticated", "forbidden", "unavailable")
@blp.doc(**OPTIONAL)
def list_courses(query):
    """Published courses, newest first; with `is_published=false` the drafts, for staff."""
    if not query["is_published"]:
        return _list_drafts(query)
    micros, before_id = query["cursor"] or (None, None)
    page = {"before_micros": micros, "before_id": before_id, "limit": query["limit"]}

    def compute():
        with connection() as conn:
            if query["q"]:
                body = queries.courses.search_courses(conn, q=query["q"], **page)
            else:
                body = queries.courses.list_published_courses(conn, **page)
        return body, COURSES.seconds

    is_first_page = not query["q"] and page == FIRST_PAGE
    body = cached(COURSES, compute) if is_first_page else compute()[0]
    return json_response(body, cache=PUBLIC)


@auth.required
def _list_drafts(query):
    if not g.caller.is_staff:
        raise Problem("forbidden")
    with connection() as conn:
        body = queries.courses.list_unpublished_courses(
            conn,
            user_id=g.caller.user_id,
            role=g.caller.role,
            q=query["q"],
            before_id=query["cursor"] and query["cursor"][0],
            limit=query["limit"],
        )
    return json_response(body, cache=PRIVATE)


@blp.get("/<ref:ref>")
@blp.leads_to("enroll", course_id="id")
@blp.leads_to("get_lesson", lesson_id="modules/0/lessons/0/id")
@blp.leads_to("get_course_progress", course_id="id")
@auth.optional
@blp.response(200, CourseDetailSchema)
@blp.refuses("not_found", "unavailable")
@blp.doc(**OPTIONAL)
def get_course(ref):
    """A course by id or slug, with its modules and lessons; drafts only for their staff."""
    with connection() as conn:
        row = queries.courses.get_course(conn, **by_ref(ref), **auth.viewer())
    if row is None:
        raise Problem("not_found")
    version, body = row
    cache = PRIVATE if g.caller else PUBLIC
    return json_response(body, cache=cache, vary="Cookie, Authorization", version=version)
