"""Every route as every caller: the statuses of authorization.py, and no route without its row."""

from types import SimpleNamespace

import builders
import pytest
from conftest import anonymous
from contracts import authorization

from courseapp import auth

ROWS = authorization.read()
PROGRESS = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 5}
PASSWORDS = {"current_password": builders.PASSWORD, "new_password": "password1234"}
KINDS_OF_ACCESS = {"public", "optional", "required", "token_required"}


@pytest.fixture(scope="module")
def world(conn):
    """A published course with every kind of lesson, and a draft."""
    course = builders.make_course(conn, lessons=1)
    builders.make_lesson(conn, course, is_preview=True)
    builders.make_lesson(conn, course, published_at=None)
    draft = builders.make_course(conn, lessons=1, published=False)
    lessons = dict(zip(("published", "preview", "hidden"), course.lesson_ids, strict=True))
    return SimpleNamespace(
        courses={"published": course, "draft": draft},
        lessons=lessons | {"draft": draft.lesson_ids[0]},
        account=builders.make_user(conn),
    )


@pytest.fixture
def caller(app, conn, world, runner):
    """A client of a new user of that kind."""

    def make(kind):
        client = anonymous(app)
        if kind == "anonymous":
            return client
        staff = {"deactivated": "admin", "admin": "admin"}
        role = "instructor" if kind.endswith("instructor") else staff.get(kind, "learner")
        user = builders.make_user(conn, role)
        for course in world.courses.values():
            if kind in ("enrolled", "deactivated"):
                builders.enroll(conn, user, course)
            if kind == "instructor":
                conn.execute(
                    "insert into course_instructors (course_id, user_id) values (%s, %s)",
                    [course.id, user.id],
                )
        client.set_cookie("access_token", builders.access_token(app, conn, user))
        if kind == "deactivated":
            runner.invoke(args=["users", "deactivate", user.email])
            ends = "select deactivated_at is not null from users where id = %s"
            assert conn.execute(ends, [user.id]).fetchone() == (True,)
        return client

    return make


def body_of(path, kind, world):
    """What the route takes, valid."""
    if path.endswith("register"):
        return {"email": f"{kind}@example.com", "password": "password123", "full_name": "New"}
    if path.endswith("login"):
        return {"email": world.account.email, "password": builders.PASSWORD}
    if path.endswith("password"):
        return PASSWORDS
    return {"locale": "pl"} if path.endswith("auth/me") else PROGRESS


def address(path, resource, world):
    """The path with ids in it."""
    for part, value in (
        ("<ref>", lambda: world.courses[resource].id),
        ("<id:course_id>", lambda: world.courses[resource].id),
        ("<id:lesson_id>", lambda: world.lessons[resource]),
        ("<path:path>", lambda: "swagger-ui.css"),
        ("<name>", lambda: "invalid"),
    ):
        if part in path:
            path = path.replace(part, str(value()))
    return path


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_every_caller_gets_what_the_table_says(caller, world, row):
    method, path, resource = row
    got = {}
    for kind in authorization.CALLERS:
        body = {} if method in ("GET", "DELETE") else {"json": body_of(path, kind, world)}
        answer = caller(kind).open(address(path, resource, world), method=method, **body)
        got[kind] = answer.status_code
    assert got == ROWS[row]


def test_every_route_is_in_the_table_and_nothing_else(app):
    assert authorization.undeclared(app, ROWS) == set()


def test_every_kind_of_course_and_lesson_is_in_the_table():
    wanted = {"<ref>": {"published", "draft"}, "<id:course_id>": {"published", "draft"}}
    wanted["<id:lesson_id>"] = {"published", "preview", "hidden", "draft"}
    for method, path, _ in ROWS:
        for part, kinds in wanted.items():
            if part in path:
                assert {row[2] for row in ROWS if row[:2] == (method, path)} == kinds, path


def without_access(app):
    """The routes of ours whose view does not say who may call it."""
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] not in ("api-docs", "swagger_ui")
        and getattr(app.view_functions[rule.endpoint], "access", None) not in KINDS_OF_ACCESS
    }


def test_every_view_says_who_may_call_it(app):
    assert without_access(app) == set()


def test_what_the_table_says_of_the_anonymous_is_what_the_view_says(app):
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for (method, path, _), cells in ROWS.items():
            if (path, getattr(view, "access", "")) == (rule.rule, "required") or (
                path == rule.rule and getattr(view, "access", "") == "token_required"
            ):
                assert method not in rule.methods or cells["anonymous"] == 401, path


@pytest.fixture
def planted(make_app):
    """An app with a route that nobody declared and that asks for nobody's token."""
    app = make_app()
    app.add_url_rule("/api/v1/planted", "courses.planted", lambda: {"secret": 1})
    return app


def test_a_route_that_is_not_declared_would_be_caught(planted):
    assert authorization.undeclared(planted, ROWS) == {("GET", "/api/v1/planted")}
    fewer = {row: cells for row, cells in ROWS.items() if row[1] != "/livez"}
    assert ("GET", "/livez") in authorization.undeclared(planted, fewer)


def test_a_view_without_a_decorator_would_be_caught(planted):
    assert without_access(planted) == {"/api/v1/planted"}


def test_an_answer_without_documentation_would_be_caught(planted):
    with pytest.raises(AssertionError, match="get /api/v1/planted 200 is not documented"):
        planted.test_client().get("/api/v1/planted")


def test_a_view_that_forgets_its_decorator_would_be_caught(make_app, monkeypatch):
    """As auth.public, which the routes of a session must not have."""
    app = make_app()
    opened = auth.public(app.view_functions["gamification.get_my_gamification"].__wrapped__)
    app.view_functions["gamification.get_my_gamification"] = opened
    client = app.test_client()
    client.broken_on_purpose = "the view has lost its decorator"
    assert client.get("/api/v1/gamification/me").status_code != 401


@pytest.mark.parametrize("table", ["head\nGET / - 200", "head" + "\nGET / -" * 2])
def test_a_cell_that_is_not_declared_would_be_caught(table):
    with pytest.raises(ValueError):
        authorization.read(table)
