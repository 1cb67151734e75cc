"""What Mux tells. Only what is used here is looked at, and null is the same as nothing."""

from marshmallow import EXCLUDE, fields, validate

from courseapp.schemas.base import Schema


class _Part(Schema):
    """Mux may add to its events what it likes."""

    class Meta:
        unknown = EXCLUDE


def _name():
    return fields.String(required=True, validate=validate.Length(1, 255))


def _maybe(field, *args, **kwargs):
    return field(*args, allow_none=True, **kwargs)


class _PlaybackIdSchema(_Part):
    """One address of an asset, for one way to protect it."""

    id = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9]{1,255}\Z"))
    policy = fields.String(required=True)


class _ErrorSchema(_Part):
    """What went wrong: an asset has `messages`, an upload a `message`."""

    type = _maybe(fields.String)
    message = _maybe(fields.String)
    messages = _maybe(fields.List, fields.String())


class _SettingsSchema(_Part):
    """What was asked for."""

    passthrough = _maybe(fields.String)


class _DataSchema(_SettingsSchema):
    """An asset, or an upload: a file on its way to become one."""

    id = _name()
    upload_id = _maybe(fields.String)
    duration = _maybe(fields.Float, validate=validate.Range(0, 2**31 - 1))
    playback_ids = _maybe(fields.List, fields.Nested(_PlaybackIdSchema))
    errors = _maybe(fields.Nested, _ErrorSchema)
    error = _maybe(fields.Nested, _ErrorSchema)
    new_asset_settings = _maybe(fields.Nested, _SettingsSchema)


class AnyEventSchema(_Part):
    """What every event has."""

    id = _name()
    type = _name()


class EventSchema(AnyEventSchema):
    """An event that means something here."""

    data = fields.Nested(_DataSchema, required=True)
