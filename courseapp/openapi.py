"""flask-smorest as this project uses it: strict input, one error shape, OpenAPI 3.1."""

import http
import json
from collections.abc import Callable

import flask_smorest
from flask import Flask, Request
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from courseapp.errors import PROBLEMS, Problem, handle_http_exception
from courseapp.schemas.problems import ProblemSchema


def _unique_keys(pairs: list[tuple]) -> dict:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("duplicate key")
    return document


def _no_constant(name: str):
    raise ValueError(f"{name} is not JSON")


class StrictParser(FlaskParser):
    """Refuses what Python's json accepts and JSON or PostgreSQL do not.

    NaN, duplicate keys, endless nesting, NUL and lone surrogates.
    """

    def _raw_load_json(self, req: Request):
        if req.mimetype != "application/json":
            raise Problem("unsupported_media_type")
        raw = req.get_data(cache=True)
        try:
            document = json.loads(
                raw.decode(), object_pairs_hook=_unique_keys, parse_constant=_no_constant
            )
            if b"\\u" in raw:
                text = json.dumps(document, ensure_ascii=False)
                text.encode()
                if "\\u0000" in text:
                    raise ValueError("NUL")
        except (ValueError, RecursionError) as error:
            raise Problem("malformed") from error
        return document

    def load_querystring(self, req: Request, schema):
        if any("\0" in value for value in req.args.values()):
            raise Problem("bad_request", "The query holds a NUL character")
        return super().load_querystring(req, schema)


class Id(IntegerConverter):
    """A bigint in a path: what cannot be an id is 404."""

    def __init__(self, url_map):
        super().__init__(url_map, min=1, max=2**63 - 1)


class Blueprint(flask_smorest.Blueprint):
    """A resource of the API. HTTP only: no SQL and no rules."""

    ARGUMENTS_PARSER = StrictParser()

    def refuses(self, *names: str) -> Callable:
        """Document the problems that an operation answers with."""
        by_status: dict[int, list[str]] = {}
        for name in names:
            by_status.setdefault(PROBLEMS[name][0], []).append(name)

        def decorator(view):
            for status, same in by_status.items():
                view = self.alt_response(
                    status,
                    schema=ProblemSchema,
                    content_type="application/problem+json",
                    description="; ".join(f"`{n}`: {PROBLEMS[n][1]}" for n in same),
                )(view)
            return view

        return decorator


class Api(flask_smorest.Api):
    """The document at /api/v1/openapi.json."""

    def _register_error_handlers(self):
        self._app.register_error_handler(HTTPException, handle_http_exception)


def init_app(app: Flask) -> Api:
    """Prepare the app for blueprints; every operation needs a token unless it says otherwise."""
    app.url_map.converters["id"] = Id
    app.config.update(
        API_TITLE="courseapp",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(
        spec_kwargs={
            "info": {"description": "Courses, enrollments and the progress of those who watch."},
            "security": [{"cookie": []}, {"bearer": []}],
        }
    )
    api.init_app(app)
    schemes = api.spec.components
    schemes.security_scheme("cookie", {"type": "apiKey", "in": "cookie", "name": "access_token"})
    schemes.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    return api


PUBLIC = {"security": [{}]}
OPTIONAL = {"security": [{}, {"cookie": []}, {"bearer": []}]}
CREATED = http.HTTPStatus.CREATED
