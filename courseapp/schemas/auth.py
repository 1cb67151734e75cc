"""Accounts and sessions."""

import zoneinfo

from marshmallow import fields, pre_load, validate

from courseapp.schemas.base import Schema
from courseapp.schemas.values import YesNo, not_blank

# Where the server stands is no zone, but a file of that name.
_ZONES = frozenset(zoneinfo.available_timezones()) - {"localtime"}


def _password(**kwargs):
    return fields.String(
        load_only=True, validate=validate.Length(8, 128), metadata={"format": "password"}, **kwargs
    )


def _name(**kwargs):
    return fields.String(
        validate=[validate.Length(1, 200), not_blank],
        **kwargs,
    )


def _zone(**kwargs):
    return fields.String(
        validate=lambda zone: zone in _ZONES or _fail("Not an IANA time zone."),
        metadata={"format": "timezone", "example": "Europe/Warsaw"},
        **kwargs,
    )


def _locale(**kwargs):
    return fields.String(
        validate=validate.Regexp(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"),
        metadata={"example": "pl"},
        **kwargs,
    )


def _fail(message: str):
    raise validate.ValidationError(message)


class _EmailSchema(Schema):
    @pre_load
    def trim_email(self, data, **kwargs):
        """People paste addresses with a space at the end."""
        if isinstance(data, dict) and isinstance(data.get("email"), str):
            data = data | {"email": data["email"].strip()}
        return data


class CredentialsSchema(_EmailSchema):
    """What a login takes. Anything may be typed, so that an answer says no more than yes or no."""

    email = fields.String(required=True, validate=[validate.Length(1, 254), not_blank])
    password = fields.String(
        required=True, validate=validate.Length(1, 1024), metadata={"format": "password"}
    )


class RegistrationSchema(_EmailSchema):
    """A new account."""

    email = fields.Email(required=True, validate=validate.Length(3, 254))
    password = _password(required=True)
    full_name = _name(required=True)
    timezone = _zone(load_default="UTC")
    locale = _locale(load_default="en")


class ProfileSchema(Schema):
    """What may be changed of one's own account; what is not sent stays."""

    full_name = _name(load_default=None, allow_none=False)
    locale = _locale(load_default=None, allow_none=False)
    timezone = _zone(load_default=None, allow_none=False)
    leaderboard_opt_in = YesNo(
        load_default=None,
        allow_none=False,
        metadata={"description": "Whether others see the caller on the leaderboards"},
    )


class PasswordChangeSchema(Schema):
    """The old and the new password."""

    current_password = fields.String(
        required=True, validate=validate.Length(1, 1024), metadata={"format": "password"}
    )
    new_password = _password(required=True)


class PasswordResetRequestSchema(_EmailSchema):
    """Whose password is forgotten."""

    email = fields.Email(required=True, validate=validate.Length(3, 254))


def _token():
    return fields.String(
        required=True,
        validate=validate.Length(1, 200),
        metadata={"description": "What the link in the e-mail has behind `#token=`"},
    )


class TokenSchema(Schema):
    """The token of a link."""

    token = _token()


class PasswordResetSchema(Schema):
    """The token of a link, and the password that it sets."""

    token = _token()
    new_password = _password(required=True)


class UserSchema(Schema):
    """An account as its owner sees it."""

    id = fields.Integer(required=True)
    email = fields.Email(required=True)
    full_name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(["learner", "instructor", "admin"]))
    locale = fields.String(required=True)
    timezone = fields.String(required=True)
    leaderboard_opt_in = fields.Boolean(required=True)
    email_verified_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
