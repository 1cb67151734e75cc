"""How far a learner is."""

from marshmallow import Schema, fields, validate

from courseapp.schemas.lessons import ResumeSchema

_seconds = validate.Range(0, 2**31 - 1)


class WholeNumber(fields.Integer):
    """What JSON Schema calls an integer: 60 and 60.0, but neither "60" nor true."""

    def _validated(self, value):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return super()._validated(value)


class ProgressUpdateSchema(Schema):
    """What a player reports every five seconds."""

    watched_seconds = WholeNumber(required=True, strict=True, validate=_seconds)
    last_position_seconds = WholeNumber(required=True, strict=True, validate=_seconds)
    completion_percentage = WholeNumber(required=True, strict=True, validate=validate.Range(0, 100))
    sent_at = fields.AwareDateTime(
        load_default=None,
        metadata={"description": "The client's clock; a late update then moves no position back"},
    )


class LessonProgressSchema(ResumeSchema):
    """The stored state of one lesson."""

    lesson_id = fields.Integer(required=True)
    course_id = fields.Integer(required=True)


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
