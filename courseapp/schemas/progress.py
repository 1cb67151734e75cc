"""How far a learner is."""

from marshmallow import fields, validate

from courseapp.schemas.achievements import BadgeSchema
from courseapp.schemas.base import Schema
from courseapp.schemas.lessons import ResumeSchema
from courseapp.schemas.values import WholeNumber

_seconds = validate.Range(0, 2**31 - 1)


class ProgressUpdateSchema(Schema):
    """What a player reports every five seconds."""

    watched_seconds = WholeNumber(required=True, validate=_seconds)
    last_position_seconds = WholeNumber(required=True, validate=_seconds)
    completion_percentage = WholeNumber(required=True, validate=validate.Range(0, 100))
    sent_at = fields.AwareDateTime(
        load_default=None,
        metadata={"description": "The client's clock; a late update then moves no position back"},
    )


class LessonProgressSchema(ResumeSchema):
    """The stored state of one lesson."""

    lesson_id = fields.Integer(required=True)
    course_id = fields.Integer(required=True)


class EarnedSchema(Schema):
    """What completing a lesson has earned, all together."""

    points = fields.Integer(
        required=True, metadata={"description": "Of the lesson, the course and the achievements"}
    )
    total_points = fields.Integer(required=True)
    level = fields.Integer(required=True)
    is_new_level = fields.Boolean(required=True)
    current_streak = fields.Integer(required=True)
    is_first_today = fields.Boolean(
        required=True, metadata={"description": "The streak has just got its day"}
    )
    is_course_completed = fields.Boolean(required=True)
    achievements = fields.List(fields.Nested(BadgeSchema), required=True)


class LessonProgressUpdateSchema(LessonProgressSchema):
    """The stored state after an update."""

    earned = fields.Nested(
        EarnedSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Null unless this update has completed the lesson"},
    )


class CourseLessonProgressSchema(Schema):
    """One lesson in the progress of its course."""

    lesson_id = fields.Integer(required=True)
    title = fields.String(required=True)
    duration_seconds = fields.Integer(required=True, allow_none=True)
    last_position_seconds = fields.Integer(required=True)
    completion_percentage = fields.Integer(required=True)
    is_completed = fields.Boolean(required=True)


class CourseProgressSchema(Schema):
    """Progress over the lessons that are published now."""

    course_id = fields.Integer(required=True)
    total_lessons = fields.Integer(required=True)
    completed_lessons = fields.Integer(required=True)
    remaining_lessons = fields.Integer(required=True)
    remaining_seconds = fields.Integer(required=True)
    next_lesson_id = fields.Integer(required=True, allow_none=True)
    percentage = fields.Integer(required=True, validate=validate.Range(0, 100))
    is_completed = fields.Boolean(
        required=True, metadata={"description": "Once true it stays, whatever lessons are added"}
    )
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    lessons = fields.List(fields.Nested(CourseLessonProgressSchema), required=True)
