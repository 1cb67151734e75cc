"""/api/v1/openapi.json is OpenAPI 3.1, whole, and says of each operation what is true."""

import re

import jsonschema_rs
import pytest

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
# What a success may be.
KINDS = ("application/json", "text/csv")
EVERYBODY, LOGGED_IN = [{}], [{"cookie": []}, {"bearer": []}]


def parts(node):
    """Every object inside a JSON value."""
    if isinstance(node, dict):
        yield node
        node = node.values()
    if not isinstance(node, str) and hasattr(node, "__iter__"):
        for value in node:
            yield from parts(value)


def schemas_of(document):
    """Every schema that stands in an operation or as a component, with where."""
    yield from document.json["components"]["schemas"].items()
    for (method, path), operation in document.operations.items():
        for part in parts(operation):
            if "schema" in part:
                yield f"{method} {path}", part["schema"]
        for parameter in document.json["paths"][path].get("parameters", ()):
            yield f"{path} {parameter['name']}", parameter["schema"]


def test_it_is_public_json(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"


def test_it_is_openapi_3_1(document):
    assert re.fullmatch(r"3\.1\.\d+", document.json["openapi"])
    assert set(document.json) <= {
        "openapi", "info", "servers", "paths", "webhooks", "components", "security", "tags",
    }  # fmt: skip
    assert document.json["info"]["title"]
    assert document.json["info"]["version"] == "v1"
    assert all(path.startswith("/api/v1/") for path in document.json["paths"])


def test_every_route_of_the_api_is_in_it_and_nothing_else(document, api_views):
    assert set(document.operations) == set(api_views)


def test_every_reference_leads_somewhere_and_every_component_is_used(document):
    used = {part["$ref"] for part in parts(document.json) if "$ref" in part}
    defined = {
        f"#/components/{kind}/{name}"
        for kind, named in document.json["components"].items()
        if kind != "securitySchemes"
        for name in named
    }
    assert used == defined


def test_every_schema_is_json_schema_2020_12(document):
    for where, schema in schemas_of(document):
        assert jsonschema_rs.meta.is_valid(
            schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        ), where
        document.validator(schema)


def test_null_is_a_type_as_openapi_3_1_wants_it(document):
    assert not [part for part in parts(document.json) if "nullable" in part]
    lesson = document.json["components"]["schemas"]["Lesson"]["properties"]
    assert lesson["duration_seconds"]["type"] == ["integer", "null"]
    assert {"type": "null"} in lesson["progress"]["anyOf"]


def test_every_object_says_which_of_its_values_are_always_there(document):
    all_optional = {"Profile", "Reissue"} | {
        f"{name}Changes" for name in ("Achievement", "Course", "Module", "Lesson")
    }
    for name, schema in document.json["components"]["schemas"].items():
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        assert name in all_optional or schema["required"], name


def test_every_default_and_example_is_valid(document):
    for where, schema in schemas_of(document):
        for part in parts(schema):
            for keyword in ("default", "example"):
                if keyword in part:
                    document.validator(part).validate(part[keyword])
                    assert part[keyword] is not None, where


def test_patterns_are_understood_outside_of_python(document):
    for part in parts(document.json):
        pattern = part.get("pattern")
        if isinstance(pattern, str):
            assert not re.search(r"\\[AZz]|\(\?P", pattern), pattern


def test_every_operation_has_a_name_of_its_own_and_a_summary(document):
    names = [operation["operationId"] for operation in document.operations.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    assert all(operation["summary"] for operation in document.operations.values())


def test_every_tag_is_explained(document):
    explained = {tag["name"] for tag in document.json["tags"] if tag["description"]}
    used = {tag for operation in document.operations.values() for tag in operation["tags"]}
    assert used == explained


def test_every_parameter_of_a_path_is_described(document):
    for path, item in document.json["paths"].items():
        described = {p["name"] for p in item.get("parameters", ()) if p["in"] == "path"}
        assert described == set(re.findall(r"{(\w+)}", path)), path


def test_every_success_has_a_schema_or_no_body(document):
    for where, operation in document.operations.items():
        successes = {s: r for s, r in operation["responses"].items() if s.startswith("2")}
        assert successes, where
        for status, response in successes.items():
            content = response.get("content", {})
            has_schema = any("schema" in described for described in content.values())
            assert has_schema is (status != "204"), where


def test_every_refusal_is_a_problem(document):
    for where, operation in document.operations.items():
        refusals = {s: r for s, r in operation["responses"].items() if s[0] in "45d"}
        assert {"503", "default"} <= set(refusals), where
        for status, response in refusals.items():
            content = document.resolve(response)["content"]
            # People who follow a QR code get a page.
            if where[1].endswith("verify/{code}"):
                content.pop("text/html; charset=utf-8", None)
            assert content == PROBLEM, (where, status)


def test_every_operation_that_changes_something_names_what_it_can_refuse(document):
    for (method, path), operation in document.operations.items():
        statuses = set(operation["responses"])
        if method != "get":
            assert "403" in statuses, path
        if "requestBody" in operation:
            assert operation["requestBody"]["required"]
            assert list(operation["requestBody"]["content"]) == ["application/json"]
            assert {"400", "413", "415", "422"} <= statuses, path


@pytest.mark.parametrize(
    "access", ["required", "token_required", "optional", "token_optional", "public"]
)
def test_who_may_call_an_operation_is_said(document, api_views, access):
    allowed = {
        "required": [LOGGED_IN],
        "token_required": [LOGGED_IN],
        "optional": [EVERYBODY + LOGGED_IN],
        "token_optional": [EVERYBODY + LOGGED_IN],
        "public": [EVERYBODY, EVERYBODY + LOGGED_IN],
    }[access]
    views = {where: view for where, view in api_views.items() if view.access == access}
    assert views
    for where in views:
        operation = document.operations[where]
        assert operation.get("security", document.json["security"]) in allowed, where
        if allowed == [LOGGED_IN]:
            assert "401" in operation["responses"], where


def test_every_view_says_who_may_call_it(api_views):
    assert {view.access for view in api_views.values()} <= {
        "required", "token_required", "optional", "token_optional", "public",
    }  # fmt: skip


def test_the_security_schemes_are_the_cookie_and_the_token(document):
    assert document.json["components"]["securitySchemes"] == {
        "cookie": {"type": "apiKey", "in": "cookie", "name": "access_token"},
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    }
