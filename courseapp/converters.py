"""What stands in addresses: ids and slugs."""

from werkzeug.routing import BaseConverter, IntegerConverter


class Id(IntegerConverter):
    """A bigint in a path: what cannot be an id is 404."""

    # What does not match is 404; what matched and then fails the range is 405.
    regex = "[1-9][0-9]{0,17}"

    def __init__(self, url_map):
        super().__init__(url_map, min=1, max=10**18 - 1)


class Ref(BaseConverter):
    """A course's id or slug; what can be neither is 404, with every method."""

    # A slug is never only digits.
    regex = f"{Id.regex}|(?=[0-9-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*"


def ref_schema(converter: Ref) -> dict:
    """How the document describes it."""
    return {"type": "string", "maxLength": 120, "pattern": f"^({converter.regex})$"}


def id_schema(converter: Id) -> dict:
    """How the document describes it."""
    return {
        "type": "integer",
        "format": "int64",
        "minimum": converter.min,
        "maximum": converter.max,
    }
