"""Videos on their way to a lesson."""

from marshmallow import fields, validate

from courseapp.schemas.base import Schema
from courseapp.schemas.pages import PageSchema

STATUSES = ("waiting", "ready", "failed")


class UploadBaseSchema(Schema):
    """What every upload has."""

    id = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    expires_at = fields.AwareDateTime(
        required=True, metadata={"description": "Until then the file has to be there"}
    )


class UploadSchema(UploadBaseSchema):
    """An upload that has just been opened."""

    url = fields.Url(
        required=True,
        metadata={"description": "Where to PUT the file. It is told once: it works for anybody"},
    )


class ListedUploadSchema(UploadBaseSchema):
    """An upload, and what became of it."""

    message = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it failed"}
    )
    created_at = fields.AwareDateTime(required=True)


class UploadListSchema(PageSchema):
    """The newest hundred uploads of a lesson; there is one page."""

    items = fields.List(fields.Nested(ListedUploadSchema), required=True)
