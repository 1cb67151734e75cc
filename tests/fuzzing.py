"""schemathesis with every check against the app in this process, as one of four callers.

`make fuzz` (tests/fuzz.py) runs it for long, tests/contracts/test_fuzzing.py for seconds. One check
never finds anything to compare, object_level_authorization: it wants users whom schemathesis logs
in by itself. What is somebody else's is the matter of tests/contracts/test_authorization.py.
"""

import random
import re
import zoneinfo

import builders
import schemathesis
import werkzeug
from achievements.earning import make_achievement, unlock
from hypothesis import strategies
from schemathesis import config as settings
from schemathesis.engine import events, from_schema
from schemathesis.python import wsgi

ROLES = ("anonymous", "learner", "instructor", "admin")
LOGOUT = "/api/v1/auth/logout"
NEEDED = re.compile(r"modules\.\d+\.lessons\.\d+\.(body|mux_playback_id)")
CREATES = {
    f"POST /api/v1/{path}"
    for path in (
        *("courses", "courses/import"),
        *("courses/{course_id}/modules", "modules/{module_id}/lessons"),
    )
}
CURSORS = "c[0-9]+_[0-9]+|d[0-9]+"
ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})
schemathesis.openapi.format("timezone", strategies.sampled_from(ZONES))


class Client(werkzeug.Client):
    """Takes what the check ignored_auth of schemathesis 4.32 sends: arguments for requests."""

    def open(self, *args, **kwargs):
        """Send a request, as :class:`werkzeug.Client` does."""
        for name in ("max_redirects", "verify", "cert", "proxies"):
            kwargs.pop(name, None)
        return super().open(*args, **kwargs)


wsgi.get_client = Client


class Door:
    """The app as one caller sees it: from another address each time, and logged in or not."""

    def __init__(self, app, conn, user):
        self._app, self._conn, self._user = app, conn, user
        self._random = random.Random(1)
        self._token = None

    def __call__(self, environ, start_response):
        """Answer a request."""
        # The limits of one address would soon hide everything else.
        environ["REMOTE_ADDR"] = f"10.{self._random.randrange(256)}." + ".".join(
            str(self._random.randrange(256)) for _ in range(2)
        )
        # This client does not unpack what it gets.
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        if environ["PATH_INFO"] == LOGOUT:
            self._token = None
        return self._app(environ, start_response)

    def live_token(self):
        """The token of a session that has not been logged out."""
        if self._token is None:
            self._token = builders.access_token(self._app, self._conn, self._user)
        return self._token


def make_world(conn):
    """Courses of every kind, and a learner with an achievement; returns the user of each role."""
    users = {
        role: builders.make_user(conn, role=role, leaderboard_opt_in=True) for role in ROLES[1:]
    }
    course = builders.make_course(conn, lessons=2, instructor=users["instructor"])
    builders.make_lesson(conn, course, is_preview=True)
    text = {"kind": "text", "body": "# Hello", "duration_seconds": None, "mux_playback_id": None}
    builders.make_lesson(conn, course, **text)
    builders.make_course(conn, instructor=users["instructor"], published=False)
    for _ in range(3):
        builders.make_course(conn)
    for role in ("learner", "admin"):
        builders.enroll(conn, users[role], course)
    unlock(conn, users["learner"], make_achievement(conn, "lessons_completed", 1))
    return users | {"anonymous": None}


def make_schema(app, conn, user, examples, seed, phases=None):
    """The document with every check on, for one caller (None: anonymous).

    :param examples: of each operation, beside those that cover its schema
    """
    generation = settings.GenerationConfig(
        max_examples=examples,
        no_shrink=True,
        # No schema says that NUL is refused; tests/contracts/test_hostile_bodies.py does.
        allow_x00=False,
    )
    project = settings.ProjectConfig(generation=generation, continue_on_failure=True)
    for phase in ("examples", "coverage", "fuzzing", "stateful"):
        getattr(project.phases, phase).enabled = phases is None or phase in phases
    projects = settings.ProjectsConfig(default=project)
    config = settings.SchemathesisConfig(
        seed=seed, projects=projects, cache=settings.CacheConfig(enabled=False)
    )
    door = Door(app, conn, user)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", door, config=config)
    schema.hook("filter_failure")(_is_a_failure)
    for item in schema.raw_schema["paths"].values():
        for operation in item.values():
            # With it every status would be documented.
            if "responses" in operation:
                del operation["responses"]["default"]
    if user is not None:

        @schema.auth(refresh_interval=None)
        class Session:
            def get(self, case, context):
                return door.live_token()

            def set(self, case, token, context):
                case.headers["Authorization"] = f"Bearer {token}"

    return schema


def _is_a_failure(context, failure, case, response):
    """What no schema says: whose cursor it is, which token was sent, what is stale or too large."""
    label, status = case.operation.label, response.status_code
    if case.method == "OPTIONS" and label == "POST /api/v1/courses/import":
        # A course may have the slug `import`.
        return False
    if status == 412:
        return "If-Match" not in case.headers
    if status == 413:
        return False
    if status == 422 and response.json()["type"] == "/problems/token_invalid":
        return False
    if status != 422:
        return True
    if label in CREATES and response.json()["type"] == "/problems/idempotency_key_reused":
        return False
    fields = [error["field"] for error in response.json().get("errors", [])]
    if label == "GET /api/v1/courses":
        return fields != ["cursor"] or not re.fullmatch(CURSORS, str(case.query.get("cursor")))
    if label == "GET /api/v1/audit-log":
        # An id says nothing without the type of what it names.
        return fields != ["target_type"] or "target_type" in case.query
    if label.endswith("/reissue"):
        # Admins give a reason.
        return fields != ["reason"] or case.body.get("reason") is not None
    if label == "POST /api/v1/courses/import":
        # A published lesson needs its video or text.
        return not fields or not all(NEEDED.fullmatch(field) for field in fields)
    return True


def run(schema):
    """Yield for each scenario the cases as (phase, operation, status), and what failed.

    What failed is a dict: (check, operation) -> how to repeat it.
    """
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            error = getattr(event, "value", None) or event.exception
            yield [], {("error", getattr(event, "label", "")): repr(error)}
        if isinstance(event, events.ScenarioFinished):
            seen = event.recorder
            operations = {key: node.value.operation.label for key, node in seen.cases.items()}
            cases = [
                (event.phase.value, operations[key], sent.response and sent.response.status_code)
                for key, sent in seen.interactions.items()
            ]
            failures = {
                (check.name, operations[key]): f"{check.failure_info.failure}\n"
                f"{check.failure_info.code_sample}\n{_answer(seen.interactions.get(key))}"
                for key, checks in seen.checks.items()
                for check in checks
                if check.failure_info
            }
            yield cases, failures


def _answer(interaction):
    response = interaction and interaction.response
    return response and f"{response.status_code} {response.content[:500]}"
