"""flask-smorest as this project uses it: strict input, one error shape, OpenAPI 3.1."""

from collections.abc import Callable
from functools import wraps

import flask_smorest
from flask import Flask, request
from marshmallow import fields
from werkzeug.exceptions import HTTPException

from courseapp.converters import Id, Ref, id_schema, ref_schema
from courseapp.errors import PROBLEMS, handle_http_exception
from courseapp.operations import IDEMPOTENCY_KEY, IF_MATCH
from courseapp.schemas.problems import ProblemSchema
from courseapp.strict_parser import StrictParser

# Problems that pass; their answers say when to ask again.
_PASSING = {"in_flight", "throttled", "too_many_attempts", "unavailable", "video_unavailable"}
_RETRY_AFTER = {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}}
WAIT = {"Retry-After": _RETRY_AFTER | {"required": True}}
_ETAG = {"ETag": {"description": "For `If-None-Match`", "schema": {"type": "string"}}}
_ATTACHMENT = {
    "Content-Disposition": {
        "description": "`attachment`, with a name for the file",
        "schema": {"type": "string"},
    }
}
_CHANGED = {
    "ETag": {
        "description": "Of the version that is now the newest, for `If-Match`",
        "schema": {"type": "string"},
        "required": True,
    }
}
_CREATED = {
    "Location": {
        "description": "Where it is",
        "schema": {"type": "string", "format": "uri-reference"},
        "required": True,
    },
    "Idempotency-Replayed": {
        "description": "`true` when this very request was answered before",
        "schema": {"const": "true"},
    },
}


def _documenting(decorate: Callable) -> Callable:
    """Of a decorator only the documentation: a layer around the view costs every request 2 µs."""

    def decorator(view):
        view._apidoc = decorate(view)._apidoc
        return view

    return decorator


def _accepting(max_bytes: int, decorate: Callable) -> Callable:
    def decorator(view):
        parsing = decorate(view)

        @wraps(parsing)
        def wrapper(*args, **kwargs):
            request.max_content_length = max(max_bytes, request.max_content_length)
            return parsing(*args, **kwargs)

        return wrapper

    return decorator


class Blueprint(flask_smorest.Blueprint):
    """A resource of the API. HTTP only: no SQL and no rules."""

    ARGUMENTS_PARSER = StrictParser()

    def arguments(self, schema, max_bytes: int | None = None, **kwargs) -> Callable:
        """As in flask-smorest, with one instance for all requests: making one costs 50 µs.

        :param max_bytes: the largest body, where MAX_BODY_BYTES is too little
        """
        decorate = super().arguments(schema() if isinstance(schema, type) else schema, **kwargs)
        return _accepting(max_bytes, decorate) if max_bytes else decorate

    def takes_headers(self, *headers: dict) -> Callable:
        """Document request headers that a view looks at itself, and those of what it answers.

        Which is the changed resource itself; where it is another one, only `doc` says so.
        """

        def decorator(view):
            view = self.doc(parameters=list(headers))(view)
            answers = view._apidoc["response"]["responses"]
            for status in {200, 201}.intersection(answers):
                answered = _CHANGED if IF_MATCH in headers or IDEMPOTENCY_KEY in headers else {}
                if IDEMPOTENCY_KEY in headers:
                    answered = answered | _CREATED
                view = self.doc(responses={status: {"headers": answered}})(view)
            return view

        return _documenting(decorator)

    def response(self, *args, **kwargs) -> Callable:
        """Document what a view answers; it makes the response itself."""
        return _documenting(super().response(*args, **kwargs))

    def alt_response(self, *args, **kwargs) -> Callable:
        """Document what else a view answers."""
        return _documenting(super().alt_response(*args, **kwargs))

    def csv_file(self, description: str) -> Callable:
        """Document that a view answers with a file of CSV. It has no ETag."""
        return self.response(
            200,
            {"type": "string"},
            content_type="text/csv",
            description=description,
            headers=_ATTACHMENT,
        )

    def file(self, content_type: str, description: str) -> Callable:
        """Document that a view answers with a file to keep, whose bytes never change."""

        def decorator(view):
            view = self.response(
                200,
                {"type": "string", "format": "binary"},
                content_type=content_type,
                description=description,
                headers=_ATTACHMENT | _ETAG,
            )(view)
            current = "The file that `If-None-Match` names is the one"
            return self.alt_response(304, description=current, headers=_ATTACHMENT | _ETAG)(view)

        return decorator

    def refuses(self, *names: str) -> Callable:
        """Document the problems that an operation answers with."""
        by_status: dict[int, list[str]] = {}
        for name in names:
            by_status.setdefault(PROBLEMS[name][0], []).append(name)

        def decorator(view):
            for status, same in by_status.items():
                passing = _PASSING.intersection(same)
                retry_after = _RETRY_AFTER | {"required": passing.issuperset(same)}
                view = self.alt_response(
                    status,
                    schema=ProblemSchema,
                    content_type="application/problem+json",
                    description="; ".join(f"`{n}`: {PROBLEMS[n][1]}" for n in same),
                    headers={"Retry-After": retry_after} if passing else None,
                )(view)
            return view

        return decorator

    def leads_to(self, operation: str, status: int = 200, **parameters: str) -> Callable:
        """Document that an answer has the `parameters` of another operation.

        :param parameters: where each stands in the answer, such as `items/0/id`
        """
        values = {name: f"$response.body#/{place}" for name, place in parameters.items()}
        link = {"operationId": operation, "parameters": values}
        return _documenting(self.doc(responses={status: {"links": {operation: link}}}))

    def _store_endpoint_docs(self, endpoint, obj, parameters, tags, **options):
        """Generated clients name their methods after the operation: the name of the view."""
        named = self.doc(operationId=endpoint)(obj)
        answers = obj._apidoc["response"]["responses"].get(200, ())
        if options["methods"] == ["GET"] and any(a["content_type"] is None for a in answers):
            current = "What `If-None-Match` names is current"
            named = self.alt_response(304, description=current, headers=_ETAG)(named)
            named = self.doc(responses={200: {"headers": _ETAG}})(named)
        super()._store_endpoint_docs(endpoint, named, parameters, tags, **options)


def _for_clients(converter, field, ret, **kwargs) -> dict:
    """What only our own code understands does not go into the document."""
    # Stands for a value that was not sent.
    if field.load_default is None:
        ret.pop("default", None)
    # Other languages know no \Z, and their $ does not match before a final newline.
    pattern = ret.get("pattern", "")
    found = {"pattern": pattern[:-2] + "$"} if pattern.endswith(r"\Z") else {}
    # Without it clients in typed languages take 32 bits.
    if isinstance(field, fields.Integer):
        found["format"] = "int64"
    return found


class Api(flask_smorest.Api):
    """The document at /api/v1/openapi.json."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = "PROBLEM"

    def _register_error_handlers(self):
        self._app.register_error_handler(HTTPException, handle_http_exception)

    def _register_responses(self):
        super()._register_responses()
        content = {"application/problem+json": {"schema": ProblemSchema}}
        response = {"description": "Any other problem", "content": content}
        self.spec.components.response("PROBLEM", response, lazy=True)

    def _register_pagination_header(self):
        """Pages are cursors here."""


def init_app(app: Flask) -> Api:
    """Prepare the app for blueprints; every operation needs a token unless it says otherwise."""
    app.url_map.converters |= {"id": Id, "ref": Ref}
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
    api.register_converter(Id, id_schema)
    api.register_converter(Ref, ref_schema)
    api.ma_plugin.converter.add_attribute_function(_for_clients)
    schemes = api.spec.components
    schemes.security_scheme("cookie", {"type": "apiKey", "in": "cookie", "name": "access_token"})
    schemes.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    return api
