"""A course in numbers."""

from marshmallow import fields, validate

from courseapp.schemas.base import Schema


def _number(description: str | None = None, **kwargs):
    return fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": description} if description else {},
        **kwargs,
    )


class LessonStatisticsSchema(Schema):
    """A lesson in numbers; all null until they are counted for the first time."""

    lesson_id = fields.Integer(required=True)
    module_id = fields.Integer(required=True)
    title = fields.String(required=True)
    is_published = fields.Boolean(required=True)
    began = _number("Learners with any progress in it")
    completed = _number()
    duration_seconds = _number("As it was when the stops were counted")
    stops = fields.List(
        fields.Integer(),
        required=True,
        allow_none=True,
        validate=validate.Length(equal=20),
        metadata={
            "description": "How many of those who have not completed it stopped in each twentieth "
            "of the duration; null without a duration"
        },
    )


class CourseStatisticsSchema(Schema):
    """A course in numbers, as of the time they were counted; all null before the first time."""

    course_id = fields.Integer(required=True)
    as_of = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When they were counted"}
    )
    enrolled = _number()
    active_7_days = _number("Enrolled learners who have watched one of its lessons lately")
    active_30_days = _number()
    completed = _number("Enrolled learners who have completed it")
    completion_rate = fields.Float(
        required=True,
        allow_none=True,
        validate=validate.Range(0, 1),
        metadata={"description": "`completed` of `enrolled`; null when nobody is enrolled"},
    )
    median_seconds_to_complete = _number("From enrolling; null when nobody has completed it")
    lessons = fields.List(fields.Nested(LessonStatisticsSchema), required=True)
