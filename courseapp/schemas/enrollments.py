"""Who is enrolled in what."""

from marshmallow import fields

from courseapp.schemas.base import Schema
from courseapp.schemas.pages import Cursor, PageSchema, by_time, limit


class EnrollmentQuerySchema(Schema):
    """Which page of one's enrollments."""

    limit = limit()
    cursor = Cursor(by_time("e"))


class EnrollmentSchema(Schema):
    """A learner's place in a course."""

    id = fields.Integer(required=True)
    course_id = fields.Integer(required=True)
    enrolled_at = fields.AwareDateTime(required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)


class EnrolledCourseSchema(Schema):
    """The course of an enrollment, in short."""

    id = fields.Integer(required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    language = fields.String(required=True)


class EnrollmentProgressSchema(Schema):
    """How far the learner is, in short."""

    total_lessons = fields.Integer(required=True)
    completed_lessons = fields.Integer(required=True)
    percentage = fields.Integer(required=True)
    is_completed = fields.Boolean(required=True)
    last_watched_at = fields.AwareDateTime(required=True, allow_none=True)


class MyEnrollmentSchema(EnrollmentSchema):
    """An enrollment in one's own list."""

    course = fields.Nested(EnrolledCourseSchema, required=True)
    progress = fields.Nested(EnrollmentProgressSchema, required=True)


class EnrollmentListSchema(PageSchema):
    """A page of one's own enrollments."""

    items = fields.List(fields.Nested(MyEnrollmentSchema), required=True)
