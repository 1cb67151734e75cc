"""The catalogue."""

from marshmallow import ValidationError, fields, validate, validates_schema

from courseapp.schemas.base import Schema
from courseapp.schemas.pages import Cursor, PageSchema, by_id, by_time, limit
from courseapp.schemas.values import QueryBoolean


class CourseQuerySchema(Schema):
    """Which courses, and which page of them."""

    limit = limit()
    cursor = Cursor(by_time("c"), by_id("d"))
    is_published = QueryBoolean(
        load_default=True,
        metadata={"description": "`false`: drafts, for instructors and admins"},
    )
    q = fields.String(
        load_default=None,
        allow_none=False,
        validate=validate.Length(max=100),
        metadata={"description": "Every word must appear in the title or the description"},
    )

    @validates_schema
    def check_list(self, query, **kwargs):
        """Drafts and published courses are two lists."""
        if query["cursor"] and len(query["cursor"]) != 1 + query["is_published"]:
            raise ValidationError("Not a cursor of this list.", "cursor")


class CourseSummarySchema(Schema):
    """A course in the list."""

    id = fields.Integer(required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    language = fields.String(required=True)
    lessons_count = fields.Integer(required=True)
    duration_seconds = fields.Integer(required=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)


class CourseListSchema(PageSchema):
    """A page of courses."""

    items = fields.List(fields.Nested(CourseSummarySchema), required=True)


class LessonSummarySchema(Schema):
    """A lesson in its course's outline."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["video", "text"]))
    duration_seconds = fields.Integer(required=True, allow_none=True)
    points = fields.Integer(required=True)
    is_preview = fields.Boolean(required=True, metadata={"description": "Open to everyone"})
    is_published = fields.Boolean(required=True)


class ModuleSchema(Schema):
    """A part of a course."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    position = fields.Integer(required=True)
    lessons = fields.List(fields.Nested(LessonSummarySchema), required=True)


class ModuleDetailSchema(ModuleSchema):
    """A part of a course, by itself."""

    course_id = fields.Integer(required=True)


class InstructorSchema(Schema):
    """Who teaches a course."""

    id = fields.Integer(required=True)
    full_name = fields.String(required=True)
    is_lead = fields.Boolean(required=True, metadata={"description": "Only an admin removes them"})


class CourseDetailSchema(CourseSummarySchema):
    """A course with its outline."""

    description_html = fields.String(
        required=True,
        metadata={"description": "The description as sanitised HTML, only for where HTML belongs"},
    )
    completion_threshold = fields.Integer(
        required=True, metadata={"description": "Percentage at which a lesson is completed"}
    )
    completion_points = fields.Integer(
        required=True, metadata={"description": "For completing the course"}
    )
    instructors = fields.List(fields.Nested(InstructorSchema), required=True)
    modules = fields.List(fields.Nested(ModuleSchema), required=True)
