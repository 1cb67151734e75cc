"""Numbers for those who teach a course."""

from courseapp import auth, learners_file
from courseapp.db import connection, queries
from courseapp.errors import refuse
from courseapp.openapi import Blueprint
from courseapp.responses import PRIVATE, csv_response, json_response
from courseapp.schemas.statistics import CourseStatisticsSchema

blp = Blueprint("statistics", __name__, url_prefix="/api/v1/courses", description=__doc__)


@blp.get("/<id:course_id>/statistics")
@blp.leads_to("get_lesson", lesson_id="lessons/0/lesson_id")
@auth.required
@blp.response(200, CourseStatisticsSchema)
@blp.refuses("unauthenticated", "forbidden", "not_found", "unavailable")
def get_statistics(course_id):
    """Who takes a course, who completes it, and where its lessons lose them; for its staff.

    Counted every now and then; `as_of` says when.
    """
    with connection() as conn:
        row = queries.statistics.get_statistics(conn, course_id=course_id, **auth.viewer())
    outcome, body = row or ("not_found", None)
    refuse(outcome)
    return json_response(body, cache=PRIVATE)


@blp.get("/<id:course_id>/learners.csv")
@auth.required
@blp.csv_file("A line for each learner, who came first first; UTF-8 with a byte order mark")
@blp.refuses("unauthenticated", "forbidden", "not_found", "unavailable")
def get_learners(course_id):
    """All learners of a course with how far they are, as a file for spreadsheets; for its staff.

    A file that breaks off has no last chunk: clients report an incomplete answer.
    """
    with connection() as conn:
        row = queries.statistics.get_course_for_staff(conn, course_id=course_id, **auth.viewer())
    outcome, slug = row or ("not_found", None)
    refuse(outcome)
    return csv_response(learners_file.parts(connection, course_id), f"{slug}-learners.csv")
