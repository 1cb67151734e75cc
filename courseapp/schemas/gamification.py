"""Points, levels and streaks."""

from marshmallow import fields, validate

from courseapp.schemas.achievements import UnlockedAchievementSchema
from courseapp.schemas.base import Schema
from courseapp.schemas.pages import Cursor, PageSchema, by_id, limit
from courseapp.schemas.values import MAX_ID, QueryNumber, WholeNumber, not_blank


class PointsQuerySchema(Schema):
    """Which page of one's points."""

    limit = limit()
    cursor = Cursor(by_id("p"))


class GamificationSchema(Schema):
    """What a learner has earned."""

    total_points = fields.Integer(required=True)
    level = fields.Integer(required=True)
    level_min_points = fields.Integer(required=True)
    next_level_points = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null at the highest level"}
    )
    level_percentage = fields.Integer(required=True, validate=validate.Range(min=0))
    current_streak = fields.Integer(
        required=True, metadata={"description": "Days in a row, in the caller's time zone"}
    )
    longest_streak = fields.Integer(required=True)
    is_active_today = fields.Boolean(required=True)
    streak_freezes = fields.Integer(
        required=True, metadata={"description": "Days that may still be missed"}
    )
    streak_ends_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When the streak will be 0 unless a lesson is completed"},
    )
    achievements_count = fields.Integer(required=True)
    achievements = fields.List(
        fields.Nested(UnlockedAchievementSchema),
        required=True,
        metadata={"description": "The newest first"},
    )


class LeaderboardQuerySchema(Schema):
    """Which leaderboard."""

    period = fields.String(
        load_default="week",
        validate=validate.OneOf(["week", "month", "all"]),
        metadata={"description": "Weeks begin on Monday, months on the 1st, both in UTC"},
    )
    course_id = QueryNumber(
        load_default=None,
        allow_none=False,
        validate=validate.Range(1, MAX_ID),
        metadata={"description": "Only points of this course"},
    )
    limit = limit()


class PlaceSchema(Schema):
    """A learner on a leaderboard; equal points share a rank."""

    rank = fields.Integer(required=True)
    user_id = fields.Integer(required=True)
    full_name = fields.String(required=True)
    points = fields.Integer(required=True)
    is_me = fields.Boolean(required=True)


class MyPlaceSchema(Schema):
    """The caller's own place."""

    rank = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null past the first thousand"}
    )
    points = fields.Integer(required=True)


class LeaderboardSchema(PageSchema):
    """The learners with the most points, among those who opted in."""

    period = fields.String(required=True, validate=validate.OneOf(["week", "month", "all"]))
    course_id = fields.Integer(required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    items = fields.List(fields.Nested(PlaceSchema), required=True)
    me = fields.Nested(
        MyPlaceSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Null without points there, or without having opted in"},
    )


class CorrectionSchema(Schema):
    """A correction of a learner's points, by an admin."""

    correction_id = WholeNumber(
        required=True,
        # What JavaScript can hold.
        validate=validate.Range(1, 2**53 - 1),
        metadata={
            "description": "A number of your own, new for each correction: "
            "the same one again changes nothing"
        },
    )
    points = WholeNumber(
        required=True,
        validate=[
            validate.Range(-1_000_000, 1_000_000),
            validate.NoneOf([0], error="Must not be 0."),
        ],
        metadata={"not": {"const": 0}},
    )
    note = fields.String(required=True, validate=[validate.Length(1, 500), not_blank])


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
    title = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the lesson, course or achievement; null for a correction"},
    )
    note = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class PointsHistorySchema(PageSchema):
    """A page of the ledger."""

    items = fields.List(fields.Nested(PointsEntrySchema), required=True)
