"""What clients send -> checked values: stricter than Python's json and webargs."""

import json

from flask import Request
from gunicorn.http.errors import NoMoreData, ParseException
from webargs.flaskparser import FlaskParser

from courseapp.errors import Problem


def _unique_keys(pairs: list[tuple]) -> dict:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("duplicate key")
    return document


def _no_constant(name: str):
    raise ValueError(f"{name} is not JSON")


def read_body(req: Request) -> bytes:
    """The body as it was sent.

    :raise Problem: `too_large`, or `malformed` when its chunks are broken.
    """
    try:
        raw = req.get_data(cache=True)
        is_at_limit = req.content_length is None and len(raw) == req.max_content_length
        # Werkzeug cuts off a body in chunks where it should refuse it.
        if is_at_limit and req.environ["wsgi.input"].read(1):
            raise Problem("too_large")
    except (NoMoreData, ParseException) as error:
        # gunicorn looks at each chunk only when it is read.
        raise Problem("malformed", "The chunks of the body are broken") from error
    return raw


class StrictParser(FlaskParser):
    """Refuses what Python's json accepts and JSON or PostgreSQL do not.

    NaN, duplicate keys, endless nesting, NUL and lone surrogates.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._queries: dict[tuple, dict] = {}

    def parse(self, argmap, req=None, *, location=None, **kwargs):
        """As in webargs; the same short query is validated once, which takes 30 µs."""
        if location != "query":
            return super().parse(argmap, req, location=location, **kwargs)
        req = req or self.get_default_request()
        key = argmap, req.query_string
        values = self._queries.get(key)
        if values is None:
            values = super().parse(argmap, req, location=location, **kwargs)
            if len(self._queries) >= 1000:
                self._queries.clear()
            if len(req.query_string) <= 50:
                self._queries[key] = values
        return dict(values)

    def _raw_load_json(self, req: Request):
        if req.mimetype != "application/json":
            raise Problem("unsupported_media_type")
        raw = read_body(req)
        try:
            document = json.loads(
                raw.decode(), object_pairs_hook=_unique_keys, parse_constant=_no_constant
            )
            if b"\\u" in raw:
                text = json.dumps(document, ensure_ascii=False)
                text.encode()
                # Without the escaped backslashes, which may stand before a typed u0000.
                if "\\u0000" in text.replace("\\\\", ""):
                    raise ValueError("NUL")
        except json.JSONDecodeError as error:
            where = f"{error.msg} at line {error.lineno}, column {error.colno}"
            raise Problem("malformed", where) from error
        except (ValueError, RecursionError) as error:
            raise Problem("malformed") from error
        return document

    def load_querystring(self, req: Request, schema):
        for name, values in req.args.lists():
            if len(values) > 1:
                raise Problem("bad_request", f"The query says {name} more than once")
            if "\0" in values[0]:
                raise Problem("bad_request", "The query holds a NUL character")
        return super().load_querystring(req, schema)
