"""Values that several resources take."""

import re

from marshmallow import ValidationError, fields, validate

# The largest id of a path, below PostgreSQL's largest bigint.
MAX_ID = 10**18 - 1

# Python matches from the start, and the document's readers anywhere. What \s means beyond the
# usual differs, too, so it is spelled out.
not_blank = validate.Regexp(r"[\s\S]*[^\s\x1c-\x1f\x85\ufeff]", error="Must not be blank.")


class WholeNumber(fields.Integer):
    """What JSON Schema calls an integer: 60 and 60.0, but neither "60" nor true."""

    def __init__(self, **kwargs):
        super().__init__(strict=True, **kwargs)

    def _validated(self, value):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return super()._validated(value)


class QueryNumber(fields.Integer):
    """Plain digits in a query: int() also takes `1_0`, ` 5` and the digits of other scripts."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not re.fullmatch("-?[0-9]{1,18}", value):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class YesNo(fields.Boolean):
    """What JSON Schema calls a boolean: true or false. In Python 1 and 1.0 are equal to True."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class QueryBoolean(fields.Boolean):
    """A yes or no in a query: `true` or `false`, `1` or `0`."""

    def __init__(self, **kwargs):
        super().__init__(truthy={"true", "True", "1"}, falsy={"false", "False", "0"}, **kwargs)


class ShortList(fields.List):
    """A list that costs no more than it may: refused by its length before its items are looked at,
    and with the first of what is wrong in it.

    A body of 2 MiB holds 600,000 empty objects, which would take a minute and be 65 MB of errors.
    """

    _MOST_WRONG = 20

    def __init__(self, inner: fields.Field, most: int, **kwargs):
        super().__init__(inner, validate=validate.Length(max=most), **kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, list):
            raise self.make_error("invalid")
        self._validate(value)
        items, wrong = [], {}
        for n, item in enumerate(value):
            try:
                items.append(self.inner.deserialize(item, **kwargs))
            except ValidationError as error:
                wrong[n] = error.messages
                if len(wrong) == self._MOST_WRONG:
                    break
        if wrong:
            raise ValidationError(wrong)
        return items
