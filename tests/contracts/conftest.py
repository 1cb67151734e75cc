"""The OpenAPI document, and who holds responses against it."""

import re

import jsonschema_rs
import pytest

METHODS = ("get", "post", "put", "patch", "delete")


class Document:
    """The document that clients get, by operation."""

    def __init__(self, app):
        self.app = app
        self.json = app.test_client().get("/api/v1/openapi.json").json
        self.operations = {
            (method, path): operation
            for path, item in self.json["paths"].items()
            for method, operation in item.items()
            if method in METHODS
        }

    def operation_of(self, response):
        """The (method, path) that answered."""
        method = response.request.method
        adapter = self.app.url_map.bind("localhost")
        rule, _ = adapter.match(response.request.path, method, return_rule=True)
        return method.lower(), documented_path(rule)

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

    def complaints(self, response):
        """What a response has that the document does not, as sentences."""
        method, path = self.operation_of(response)
        where = f"{method} {path} {response.status_code}"
        documented = self.operations[method, path]["responses"].get(str(response.status_code))
        if documented is None:
            return [f"{where} is not documented"]
        documented = self.resolve(documented)
        content = documented.get("content", {})
        if not content:
            return [f"{where} has a body"] if response.data else []
        if response.content_type not in content:
            return [f"{where} is {response.content_type}, not {list(content)}"]
        missing = set(documented.get("headers", {})) - set(response.headers.keys())
        validator = self.validator(content[response.content_type]["schema"])
        errors = [f"{where}: {error}" for error in validator.iter_errors(response.json)]
        if response.content_type == "application/problem+json":
            name = response.json["type"].removeprefix("/problems/")
            if f"`{name}`" not in documented["description"]:
                errors.append(f"{where}: {name} is not in {documented['description']!r}")
        return errors + [f"{where} lacks the header {name}" for name in missing]


def documented_path(rule):
    """`/courses/<id:course_id>` -> `/courses/{course_id}`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


@pytest.fixture(scope="module")
def document(app):
    """The OpenAPI document of the module's app."""
    return Document(app)


@pytest.fixture(scope="module")
def api_views(app):
    """The views of the API by (method, documented path)."""
    return {
        (method.lower(), documented_path(rule)): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and not rule.rule.endswith("/openapi.json")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
