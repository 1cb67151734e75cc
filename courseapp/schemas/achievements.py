"""Achievements: a metric and the number to reach."""

from marshmallow import fields, validate

from courseapp.metrics import METRICS
from courseapp.schemas.base import Schema
from courseapp.schemas.pages import PageSchema
from courseapp.schemas.values import QueryBoolean, WholeNumber, YesNo, not_blank


class BadgeSchema(Schema):
    """What one shows of an achievement."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    icon = fields.String(required=True)
    points = fields.Integer(required=True)


class UnlockedAchievementSchema(BadgeSchema):
    """An achievement that the learner has."""

    unlocked_at = fields.AwareDateTime(required=True)


class AchievementSchema(BadgeSchema):
    """An achievement and its rule."""

    metric = fields.String(
        required=True, metadata={"description": "What is counted: a file in sql/metrics/"}
    )
    threshold = fields.Integer(required=True, metadata={"description": "From which number on"})
    is_active = fields.Boolean(required=True)


class ListedAchievementSchema(AchievementSchema):
    """An achievement in the list."""

    unlocked_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Null for those who do not have it, or are not logged in"},
    )


class AchievementListSchema(PageSchema):
    """All achievements; there is one page."""

    items = fields.List(fields.Nested(ListedAchievementSchema), required=True)


class AchievementQuerySchema(Schema):
    """Which achievements."""

    is_active = QueryBoolean(
        load_default=True,
        metadata={"description": "`false`: those that are not given any more, for admins"},
    )


def _text(longest: int, *rules, **kwargs):
    return fields.String(validate=[validate.Length(max=longest), *rules], **kwargs)


def _fields(**kwargs) -> dict:
    """What an admin may set, with the same rules for a new one and for a change."""
    return {
        "code": fields.String(
            validate=[
                validate.Length(1, 60),
                validate.Regexp(r"^[a-z0-9]+(_[a-z0-9]+)*\Z"),
            ],
            metadata={"example": "hundred_lessons"},
            **kwargs,
        ),
        "title": _text(200, not_blank, **kwargs),
        "description": _text(2000, **kwargs),
        "metric": fields.String(validate=validate.OneOf(METRICS), **kwargs),
        "threshold": WholeNumber(validate=validate.Range(1, 2**31 - 1), **kwargs),
    }


class NewAchievementSchema(Schema.from_dict(_fields(required=True), name="AchievementRule")):
    """A new achievement."""

    icon = _text(200, load_default="")
    points = WholeNumber(validate=validate.Range(0, 1_000_000), load_default=0)
    is_active = YesNo(load_default=True)


class AchievementChangesSchema(
    Schema.from_dict(_fields(load_default=None, allow_none=False), name="AchievementChanges")
):
    """What to change of an achievement; what is not sent stays. Who has it keeps it."""

    icon = _text(200, load_default=None, allow_none=False)
    points = WholeNumber(validate=validate.Range(0, 1_000_000), load_default=None, allow_none=False)
    is_active = YesNo(load_default=None, allow_none=False)
