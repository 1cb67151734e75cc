"""The OpenAPI document, a client that holds every answer against it, and what it leaves out."""

import functools
import gzip
import json
import re

import jsonschema_rs
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from courseapp import create_app

METHODS = ("get", "post", "put", "patch", "delete")
# What clients act on.
HEADERS = {"Content-Disposition", "ETag", "Idempotency-Replayed", "Location", "Retry-After"}


class Document:
    """The document that clients get, by operation."""

    def __init__(self, app):
        self.app = app
        self.json = FlaskClient(app, app.response_class).get("/api/v1/openapi.json").json
        self.operations = {
            (method, path): operation
            for path, item in self.json["paths"].items()
            for method, operation in item.items()
            if method in METHODS
        }
        self._validators = {}

    def operation_of(self, response, app=None):
        """The (method, path) that answered; None if it is no route of the API."""
        method = response.request.method
        adapter = (app or self.app).url_map.bind("localhost")
        try:
            rule, _ = adapter.match(response.request.path, method, return_rule=True)
        except HTTPException:
            return None
        if not is_of_the_api(rule) or method == "OPTIONS":
            return None
        return method.lower().replace("head", "get"), documented_path(rule)

    def resolve(self, part):
        """What a `$ref` leads to."""
        while "$ref" in part:
            target = self.json
            for key in part["$ref"].removeprefix("#/").split("/"):
                target = target[key]
            part = target
        return part

    def validator(self, schema):
        """Checks values against a schema of the document, formats too."""
        whole = schema | {"components": self.json["components"]}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    def complaints(self, response, app=None):
        """What an answer has that the document does not, as sentences."""
        operation = self.operation_of(response, app)
        if operation is None:
            return []
        method, path = operation
        status = str(response.status_code)
        where = f"{method} {path} {status}"
        if status not in self.operations.get(operation, {}).get("responses", ()):
            return [f"{where} is not documented"]
        documented = self.resolve(self.operations[operation]["responses"][status])
        content = documented.get("content", {})
        if not content or response.request.method == "HEAD":
            return [f"{where} has a body"] if response.data else []
        # A file of text says its encoding, too, which is no part of the documented type.
        kind = response.mimetype if response.mimetype == "text/csv" else response.content_type
        if kind not in content:
            return [f"{where} is {response.content_type}, not {list(content)}"]
        if "json" not in kind:
            empty = [] if response.data else [f"{where} has no body"]
            return empty + self._headers(response, documented, where)
        key = (operation, status)
        if key not in self._validators:
            self._validators[key] = self.validator(content[kind]["schema"])
        body = json.loads(_decoded(response))
        errors = [f"{where}: {error}" for error in self._validators[key].iter_errors(body)]
        if response.content_type == "application/problem+json":
            name = body.get("type", "").removeprefix("/problems/")
            if f"`{name}`" not in documented["description"]:
                errors.append(f"{where}: {name} is not in {documented['description']!r}")
        return errors + self._headers(response, documented, where)

    def _headers(self, response, documented, where):
        known, sent = documented.get("headers", {}), response.headers
        needed = {name for name, header in known.items() if header.get("required")}
        errors = [f"{where} lacks the header {name}" for name in needed.difference(sent.keys())]
        for name in HEADERS.intersection(sent.keys()):
            if name not in known:
                errors.append(f"{where} has the header {name}, which is not documented")
            elif not jsonschema_rs.is_valid(known[name]["schema"], _typed(sent[name])):
                errors.append(f"{where} has the header {name}: {sent[name]}")
        return errors


def _typed(value):
    return int(value) if value.isdecimal() else value


def _decoded(response):
    return gzip.decompress(response.data) if response.content_encoding else response.data


def is_of_the_api(rule):
    """Whether the document has to have it.

    Not /livez, the pages of /docs, itself, or what only other services can call.
    """
    others = ("api-docs.openapi_json", "webhooks.receive_mux_event")
    return rule.rule.startswith("/api/") and rule.endpoint not in others


def documented_path(rule):
    """`/courses/<id:course_id>` -> `/courses/{course_id}`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


@functools.cache
def the_document():
    """The document of this version; its validators are made once for all tests."""
    nowhere = {"DATABASE_URL": "postgresql://", "REDIS_URL": "redis://", "SECRET_KEYS": "x" * 32}
    return Document(create_app(nowhere))


class CheckedClient(FlaskClient):
    """Fails the test that gets an answer which the document does not have.

    A test that has broken something on purpose says so: `client.broken_on_purpose = "why"`.
    """

    broken_on_purpose = None

    def open(self, *args, **kwargs):
        """Send a request, as :class:`FlaskClient` does."""
        response = super().open(*args, **kwargs)
        complaints = the_document().complaints(response, self.application)
        assert self.broken_on_purpose or not complaints, "\n".join(complaints)
        return response
