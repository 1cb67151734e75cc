"""Every refusal and failure -> one shape: RFC 9457 application/problem+json."""

import json
import logging
from http import HTTPStatus

import psycopg
from flask import Flask, Response, request
from psycopg_pool import PoolTimeout, TooManyRequests
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)

# name: (status, title). The name is the end of the problem's `type`, and what
# the `outcome` column of a statement says. docs/errors.md explains each.
PROBLEMS = {
    "bad_request": (400, "The request cannot be understood"),
    "malformed": (400, "The body is not valid JSON"),
    "unauthenticated": (401, "Log in first"),
    "invalid_credentials": (401, "E-mail or password is wrong"),
    "cross_site": (403, "Requests from other sites are refused"),
    "forbidden": (403, "You may not do this"),
    "bad_signature": (403, "This is not signed by Mux, or was signed too long ago"),
    "wrong_password": (403, "The current password is wrong"),
    "not_enrolled": (403, "You are not enrolled in this course"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "This address does not take that method"),
    "email_taken": (409, "This e-mail already has an account"),
    "conflict": (409, "This conflicts with what is stored"),
    "too_few_points": (409, "The learner has fewer points than this takes"),
    "not_publishable": (409, "Something is missing before this can be published"),
    "last_published_lesson": (409, "A published course keeps at least one published lesson"),
    "not_completed": (409, "You have not completed this course"),
    "certificate_revoked": (409, "This certificate was revoked"),
    "certificate_replaced": (409, "This certificate was replaced by a newer one"),
    "name_unchanged": (409, "The certificate has the name that you have"),
    "outline_changed": (409, "These are not the modules and lessons that the course has"),
    "in_flight": (409, "The same Idempotency-Key is being used at this moment"),
    "precondition_failed": (412, "Somebody has changed this since you read it"),
    "too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "Send the body as application/json"),
    "invalid": (422, "Some values are not valid"),
    "idempotency_key_reused": (422, "This Idempotency-Key came with another request"),
    "token_invalid": (422, "This link does not work any more; ask for a new one"),
    "throttled": (429, "Too many progress updates for this lesson"),
    "too_many_attempts": (429, "Too many attempts; wait before the next one"),
    "internal": (500, "Something went wrong on our side"),
    "video_not_configured": (501, "No video service is configured here"),
    "certificates_not_configured": (501, "No certificates are issued here"),
    "credentials_not_configured": (501, "This certificate has no credential"),
    "video_unavailable": (502, "The video service does not work; try again shortly"),
    "certificate_failed": (503, "The certificate's file could not be made; an admin has to look"),
    "unavailable": (503, "The service is busy or restarting; try again shortly"),
}
_BY_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_attempts",
    500: "internal",
    503: "unavailable",
}
# What the database refuses although the schemas let it through.
_BY_SQLSTATE = {
    "23505": "conflict",
    "23503": "conflict",
    "23514": "invalid",
    "22": "invalid",
    "40": "unavailable",
    "53": "unavailable",
    "55": "unavailable",
    "57": "unavailable",
    "08": "unavailable",
}
# Of some constraints more can be said.
_BY_CONSTRAINT = {
    "achievements_code_key": "Another achievement has this code",
    "courses_slug_key": "Another course has this slug",
}
_RETRY_SECONDS = 1
# Nobody reads more of them; a body of a megabyte can hold a hundred thousand unknown fields.
_MOST_ERRORS = 1000
# Where the WSGI environment has the name of the request.
REQUEST_ID = "courseapp.request_id"


class Problem(Exception):
    """A refusal that the client is told about. `name` is one of :data:`PROBLEMS`."""

    def __init__(
        self,
        name: str,
        detail: str | None = None,
        *,
        errors: list[dict] | None = None,
        retry_after: int | None = None,
    ):
        super().__init__(name)
        self.name = name
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """The answer for `problem`, with its headers."""
    status, title = PROBLEMS[problem.name]
    body = {
        "type": f"/problems/{problem.name}",
        "title": title,
        "status": status,
        "detail": problem.detail or title,
        "instance": request.path,
        "request_id": request.environ.get(REQUEST_ID),
    }
    if problem.errors:
        body["errors"] = problem.errors
    response = Response(json.dumps(body), status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="courseapp"'
    if problem.retry_after or status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(problem.retry_after or _RETRY_SECONDS)
    return response


def refuse(outcome: str, **details) -> None:
    """Do nothing for the outcome `ok`.

    :raise Problem: for every other outcome of a statement.
    """
    if outcome != "ok":
        raise Problem(outcome, **details)


def field_errors(messages: dict | list, path: tuple[str, ...] = ()) -> list[dict]:
    """marshmallow's nested messages -> one entry a message, `json.modules.0.title` as its field."""
    if isinstance(messages, dict):
        return [
            e for key, value in messages.items() for e in field_errors(value, (*path, str(key)))
        ]
    location, *field = path
    return [
        {"location": location, "field": ".".join(field), "message": str(message)}
        for message in messages
    ]


def handle_http_exception(error: HTTPException) -> Response:
    """Werkzeug's exceptions (404, 405, 413, …) and the validation errors of webargs."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    messages = (getattr(error, "data", None) or {}).get("messages")
    name = _BY_STATUS.get(error.code, "bad_request" if error.code < 500 else "internal")
    errors = field_errors(messages)[:_MOST_ERRORS] if messages else None
    problem = Problem(name, errors=errors)
    kept = ("Allow", "Retry-After")
    return problem_response(problem, {k: v for k, v in error.get_headers() if k in kept})


def handle_database_error(error: psycopg.Error | PoolTimeout | TooManyRequests) -> Response:
    """Map what PostgreSQL says by its SQLSTATE; what has none is a lost connection."""
    # Without a state the client library spoke: no value of ours, or no connection.
    state = getattr(error, "sqlstate", None) or (
        "22000" if isinstance(error, psycopg.DataError) else "08000"
    )
    name = _BY_SQLSTATE.get(state) or _BY_SQLSTATE.get(state[:2], "internal")
    if name in ("internal", "unavailable"):
        log.error("%s: %s %s", _request(), state, error, exc_info=name == "internal")
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    return problem_response(Problem(name, _BY_CONSTRAINT.get(constraint)))


def _request() -> str:
    return f"request {request.environ.get(REQUEST_ID)} {request.method} {request.path}"


def handle_unexpected(error: Exception) -> Response:
    """Log it with its request id; the client is told no more than that id."""
    log.exception("%s failed", _request(), exc_info=error)
    return problem_response(Problem("internal"))


def init_app(app: Flask) -> None:
    """Answer every error of the app in the one shape."""
    app.register_error_handler(Problem, problem_response)
    for error in (psycopg.Error, PoolTimeout, TooManyRequests):
        app.register_error_handler(error, handle_database_error)
    app.register_error_handler(Exception, handle_unexpected)
