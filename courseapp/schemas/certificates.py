"""Certificates, and what their codes say."""

from marshmallow import fields, validate

from courseapp.schemas.base import Schema
from courseapp.schemas.pages import Cursor, PageSchema, by_id, limit
from courseapp.schemas.values import not_blank


class CertificateQuerySchema(Schema):
    """Which page of one's certificates."""

    limit = limit()
    cursor = Cursor(by_id("t"))


def _validity() -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(["valid", "revoked", "replaced"]))


class CertificateTextsSchema(Schema):
    """What a certificate says: as it was when it was issued."""

    code = fields.String(required=True, metadata={"description": "128 random bits as base64url"})
    learner_name = fields.String(required=True)
    course_title = fields.String(required=True)
    signatory_name = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, validate=validate.OneOf(["en", "pl"]))
    completed_on = fields.Date(required=True, allow_none=True)
    issued_at = fields.AwareDateTime(required=True)
    validity = _validity()
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    replaced_at = fields.AwareDateTime(required=True, allow_none=True)
    verify_url = fields.String(
        required=True, metadata={"description": "Where anybody who has it can verify it"}
    )


class CertificateSchema(CertificateTextsSchema):
    """A certificate, for its learner."""

    id = fields.Integer(required=True)
    course_id = fields.Integer(required=True)
    pdf_url = fields.String(required=True)
    credential_url = fields.String(required=True)
    status = fields.String(
        required=True,
        validate=validate.OneOf(["rendering", "ready", "failed"]),
        metadata={"description": "Whether the file can be downloaded"},
    )
    revoked_reason = fields.String(required=True, allow_none=True)


class WaitingSchema(Schema):
    """What there is of a file that is being made."""

    status = fields.String(required=True, validate=validate.OneOf(["rendering"]))


class CertificateListSchema(PageSchema):
    """A page of one's own certificates."""

    items = fields.List(fields.Nested(CertificateSchema), required=True)


class ReasonSchema(Schema):
    """Why an admin does it."""

    reason = fields.String(required=True, validate=[validate.Length(1, 500), not_blank])


class ReissueSchema(Schema):
    """Why an admin does it; learners need no reason."""

    reason = fields.String(load_default=None, validate=[validate.Length(1, 500), not_blank])
