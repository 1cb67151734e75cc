"""What staff did."""

from marshmallow import ValidationError, fields, validate, validates_schema

from courseapp.schemas.base import Schema
from courseapp.schemas.pages import Cursor, PageSchema, by_id, limit
from courseapp.schemas.values import MAX_ID, QueryNumber


def _id(**metadata: str) -> QueryNumber:
    return QueryNumber(
        load_default=None,
        allow_none=False,
        validate=validate.Range(1, MAX_ID),
        metadata=metadata,
    )


def _word(example: str) -> fields.String:
    return fields.String(
        load_default=None,
        allow_none=False,
        validate=validate.Regexp(r"^[a-z_]{1,60}\Z"),
        metadata={"example": example},
    )


class AuditQuerySchema(Schema):
    """Which entries, and which page of them."""

    limit = limit()
    cursor = Cursor(by_id("l"))
    actor_id = _id()
    action = _word("course_published")
    target_type = _word("course")
    target_id = _id(description="With `target_type`")

    @validates_schema
    def _type_of_target(self, query, **kwargs):
        if query["target_id"] is not None and query["target_type"] is None:
            raise ValidationError("Needed with target_id.", "target_type")


class AuditEntrySchema(Schema):
    """One thing that somebody did."""

    id = fields.Integer(required=True)
    actor_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null: at the command line"}
    )
    actor_name = fields.String(required=True, allow_none=True)
    action = fields.String(required=True, metadata={"example": "course_published"})
    target_type = fields.String(required=True, metadata={"example": "course"})
    target_id = fields.Integer(required=True, allow_none=True)
    details = fields.Dict(required=True)
    created_at = fields.AwareDateTime(required=True)


class AuditLogSchema(PageSchema):
    """A page of entries."""

    items = fields.List(fields.Nested(AuditEntrySchema), required=True)
