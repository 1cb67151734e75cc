"""The one shape of errors, RFC 9457."""

from marshmallow import fields

from courseapp.schemas.base import Schema


class FieldErrorSchema(Schema):
    """One value that is not valid."""

    location = fields.String(required=True, metadata={"description": "`json` or `query`"})
    field = fields.String(
        required=True, metadata={"description": "Path to the value, such as `email`"}
    )
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """Why a request was refused."""

    type = fields.String(required=True, metadata={"example": "/problems/not_enrolled"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True, metadata={"description": "The path that was called"})
    request_id = fields.String(required=True, allow_none=True)
    errors = fields.List(fields.Nested(FieldErrorSchema))
