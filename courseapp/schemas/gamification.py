"""Points, levels and streaks."""

from marshmallow import Schema, fields, validate

from courseapp.schemas.pages import Cursor, PageSchema, by_id, limit


class PointsQuerySchema(Schema):
    """Which page of one's points."""

    limit = limit()
    cursor = Cursor(by_id("p"))


class GamificationSchema(Schema):
    """What a learner has earned."""

    total_points = fields.Integer(required=True)
    level = fields.Integer(required=True)
    current_streak = fields.Integer(required=True)
    longest_streak = fields.Integer(required=True)
    achievements_count = fields.Integer(required=True)


class PointsEntrySchema(Schema):
    """One row of the ledger."""

    id = fields.Integer(required=True)
    points = fields.Integer(required=True)
    reason = fields.String(
        required=True,
        validate=validate.OneOf(
            ["lesson_completed", "course_completed", "achievement_unlocked", "correction"]
        ),
    )
    source_id = fields.Integer(required=True)
    note = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class PointsHistorySchema(PageSchema):
    """A page of the ledger."""

    items = fields.List(fields.Nested(PointsEntrySchema), required=True)
