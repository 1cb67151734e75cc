"""Pages of a list: where to go on, and how much at a time."""

import re

from marshmallow import ValidationError, fields, validate

from courseapp.schemas.base import Schema
from courseapp.schemas.values import QueryNumber

DEFAULT_LIMIT = 20
# Below PostgreSQL's largest bigint, and the largest id of a path.
ID = "[0-9]{1,18}"
# µs since 1970, up to the year 2255.
_MICROS = "[0-8]?[0-9]{1,15}"


class Cursor(fields.String):
    """`next_cursor` of a list -> the numbers in it.

    It begins with the list's own letters, so that a cursor of another list is refused.
    """

    def __init__(self, *patterns: str):
        self._pattern = re.compile("|".join(patterns))
        super().__init__(
            load_default=None,
            allow_none=False,
            metadata={"pattern": f"^({self._pattern.pattern})$"},
        )

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self._pattern.fullmatch(text):
            raise ValidationError("Not a cursor of this list.")
        return tuple(map(int, re.findall("[0-9]+", text)))


def by_id(letter: str) -> str:
    """The pattern of a cursor of a list ordered by id."""
    return letter + ID


def by_time(letter: str) -> str:
    """The pattern of a cursor of a list ordered by time."""
    return f"{letter}{_MICROS}_{ID}"


def limit() -> QueryNumber:
    """How many items a page may have."""
    return QueryNumber(load_default=DEFAULT_LIMIT, validate=validate.Range(1, 100))


class PageSchema(Schema):
    """What every list answers beside its items."""

    next_cursor = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Send it as `cursor` for the next page; null at the end"},
    )
