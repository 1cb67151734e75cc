"""Pages of a list: where to go on, and how much at a time."""

import re

from marshmallow import Schema, ValidationError, fields, validate

_MAX_ID = 2**63 - 1
# PostgreSQL's timestamps end in the year 294276.
_MAX_MICROS = 9_000_000_000_000_000


class IdCursor(fields.String):
    """`next_cursor` of a list ordered by id -> int."""

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(r"[0-9]{1,19}", text) or int(text) > _MAX_ID:
            raise ValidationError("Not a cursor of this list.")
        return int(text)


class TimeCursor(fields.String):
    """`next_cursor` of a list ordered by time -> (microseconds since 1970, id)."""

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        match = re.fullmatch(r"([0-9]{1,16})_([0-9]{1,19})", text)
        if not match or int(match[1]) > _MAX_MICROS or int(match[2]) > _MAX_ID:
            raise ValidationError("Not a cursor of this list.")
        return int(match[1]), int(match[2])


def _limit():
    return fields.Integer(load_default=20, validate=validate.Range(1, 100))


class IdPageSchema(Schema):
    """Query of a list ordered by id."""

    limit = _limit()
    cursor = IdCursor(load_default=None)


class TimePageSchema(Schema):
    """Query of a list ordered by time."""

    limit = _limit()
    cursor = TimeCursor(load_default=(None, None))


class PageSchema(Schema):
    """What every list answers beside its items."""

    next_cursor = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Send it as `cursor` for the next page; null at the end"},
    )
