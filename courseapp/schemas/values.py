"""Values that several resources take."""

import re

from marshmallow import fields, validate

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
