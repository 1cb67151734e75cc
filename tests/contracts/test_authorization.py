"""Every route as every caller: the statuses of authorization.py, and no route without its row."""

import json
import re
from types import SimpleNamespace

import builders
import pytest
from achievements.earning import make_achievement, unlock
from conftest import anonymous
from contracts import authorization
from mux_service import headers

from courseapp import auth

ROWS = authorization.read()
PROGRESS = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 5}
CORRECTION = {"correction_id": 1, "points": 5, "note": "A test"}
ACHIEVEMENT = {
    "code": "of_the_table",
    "title": "A title",
    "description": "",
    "metric": "total_points",
    "threshold": 10**6,
}
DOCUMENT = {"format": "courseapp.course/1", "title": "A title", "modules": []}
AUTHORED = {
    "/api/v1/courses": {"title": "A title"},
    "/modules": {"title": "A title"},
    "/lessons": {"title": "A title"},
    "<ref:ref>": {"title": "A title"},
    "<id:module_id>": {"title": "A title"},
    "/api/v1/lessons/<id:lesson_id>": {"title": "A title"},
}
# Rows whose requests change what the other callers would find: each gets a world of its own.
CHANGING = {
    row[:2]
    for row in ROWS
    if row[0] != "GET"
    and re.search("/(courses|modules|lessons)/<", row[1])
    and not row[1].endswith("enroll")
    and "progress" not in row[1]
}
LIST = json.dumps(
    {"id": "https://x/", "type": ["x"], "issuer": "x", "credentialSubject": {}, "proof": {}}
)
EVENT = b'{"id": "event", "type": "video.asset.created", "data": {}}'
PASSWORDS = {"current_password": builders.PASSWORD, "new_password": "password1234"}
KINDS_OF_ACCESS = {"public", "optional", "token_optional", "required", "token_required"}


def make_world(conn):
    """A published course with every kind of lesson, a draft, and achievements."""
    course = builders.make_course(conn, lessons=1)
    builders.make_lesson(conn, course, is_preview=True)
    builders.make_lesson(conn, course, published_at=None)
    draft = builders.make_course(conn, lessons=1, published=False)
    lessons = dict(zip(("published", "preview", "hidden"), course.lesson_ids, strict=True))
    course.first, draft.first = course.module_id, draft.module_id
    modules = {
        "published": builders.make_module(conn, course),
        "draft": builders.make_module(conn, draft),
    }
    account = builders.make_user(conn, role="instructor")
    for taught in (course, draft):
        teach(conn, account, taught)
    unlocked = make_achievement(conn, "total_points", 10**6)
    unlock(conn, account, unlocked)
    return SimpleNamespace(
        courses={"published": course, "draft": draft},
        modules=modules,
        lessons=lessons | {"draft": draft.lesson_ids[0]},
        achievements={"new": make_achievement(conn, "total_points", 10**6), "unlocked": unlocked},
        account=account,
        colleague=builders.make_user(conn, role="instructor"),
    )


def teach(conn, user, course):
    """Make somebody an instructor of a course."""
    conn.execute(
        "insert into course_instructors (course_id, user_id) values (%s, %s)", [course.id, user.id]
    )


@pytest.fixture(scope="module")
def the_world(conn):
    conn.execute("insert into credential_status_lists (id, credential) values (0, %s)", [LIST])
    return make_world(conn)


@pytest.fixture
def world(conn, the_world, request):
    """The same for all rows whose requests leave it as it is."""
    changes = request.node.callspec.params["row"][:2] in CHANGING
    return (lambda: make_world(conn)) if changes else (lambda: the_world)


@pytest.fixture
def caller(app, conn, runner):
    """A client of a new user of that kind, `client.user`."""
    tokens = app.extensions["tokens"]

    def make(kind, world):
        client = anonymous(app)
        client.user = world.account
        if kind == "anonymous":
            return client
        staff = {"deactivated": "admin", "admin": "admin"}
        role = "instructor" if kind.endswith("instructor") else staff.get(kind, "learner")
        client.user = user = builders.make_user(conn, role)
        for course in world.courses.values():
            if kind in ("enrolled", "deactivated"):
                builders.enroll(conn, user, course)
            if kind == "instructor":
                teach(conn, user, course)
        access = builders.access_token(app, conn, user)
        refresh = tokens.sign("refresh", user.id, tokens.read("access", access).session_id, 3600, 1)
        client.set_cookie("access_token", access)
        client.set_cookie("refresh_token", refresh, path=auth.REFRESH_PATH)
        if kind == "deactivated":
            runner.invoke(args=["users", "deactivate", user.email])
            ends = "select deactivated_at is not null from users where id = %s"
            assert conn.execute(ends, [user.id]).fetchone() == (True,)
        return client

    return make


def body_of(path, kind, user, resource, world, conn):
    """What the route takes, valid."""
    if path.endswith("outline"):
        return outline(world, resource)
    if path.endswith("import"):
        return DOCUMENT | {"slug": f"made-by-{kind.replace('_', '-')}"}
    if path.endswith("instructors"):
        return {"email": world.colleague.email}
    for end, body in AUTHORED.items():
        if path.endswith(end):
            return body
    if path.endswith("verification/confirm"):
        return {"token": builders.one_time_token(conn, user, "email_verification")}
    if path.endswith("password-reset/confirm"):
        token = builders.one_time_token(conn, user, "password_reset")
        return {"token": token, "new_password": builders.PASSWORD}
    if path.endswith("password-reset"):
        return {"email": user.email}
    if path.endswith("register"):
        return {"email": f"{kind}@example.com", "password": "password123", "full_name": "New"}
    if path.endswith("login"):
        return {"email": user.email, "password": builders.PASSWORD}
    if path.endswith("password"):
        return PASSWORDS
    if path.endswith(("revoke", "reissue")):
        return {"reason": "A test"}
    if path.endswith("corrections"):
        return CORRECTION
    if path.endswith("achievements"):
        return ACHIEVEMENT
    if path.endswith("<id:achievement_id>"):
        return {"points": 5}
    return {"locale": "pl"} if path.endswith("auth/me") else PROGRESS


def outline(world, resource):
    """Every module and lesson of a course."""
    course = world.courses[resource]
    last = world.modules[resource]
    return {
        "modules": [{"id": last, "lessons": course.lesson_ids}, {"id": course.first, "lessons": []}]
    }


def address(path, resource, world):
    """The path with ids in it."""
    for part, value in (
        ("<ref:ref>", lambda: world.courses[resource].id),
        ("<ref>", lambda: world.courses[resource].id),
        ("<id:course_id>", lambda: world.courses[resource].id),
        ("<id:module_id>", lambda: world.modules[resource]),
        ("<id:lesson_id>", lambda: world.lessons[resource]),
        ("<id:achievement_id>", lambda: world.achievements[resource].id),
        ("<id:certificate_id>", lambda: world.certificate.id),
        ("<code>", lambda: world.certificate.code),
        ("<int:list_id>", lambda: 0),
        ("<id:user_id>", lambda: world.account.id),
        ("<path:path>", lambda: "swagger-ui.css"),
        ("<name>", lambda: "invalid"),
    ):
        if part in path:
            path = path.replace(part, str(value()))
    return path


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_every_caller_gets_what_the_table_says(caller, world, conn, row):
    method, path, resource = row
    got = {}
    for kind in authorization.CALLERS:
        place = world()
        client = caller(kind, place)
        owner = client.user if resource == "own" else place.colleague
        place.certificate = builders.make_certificate(conn, owner, builders.make_course(conn))
        body = {"json": body_of(path, kind, client.user, resource, place, conn)}
        if method in ("GET", "DELETE") or path.endswith("publish"):
            body = {}
        if resource == "signed":
            body = {"data": EVENT, "headers": headers(EVENT)}
        answer = client.open(address(path, resource, place), method=method, **body)
        got[kind] = answer.status_code
    assert got == ROWS[row]


def test_every_route_is_in_the_table_and_nothing_else(app):
    assert authorization.undeclared(app, ROWS) == set()


def test_every_kind_of_course_lesson_and_achievement_is_in_the_table():
    wanted = {"<ref:ref>": {"published", "draft"}, "<id:course_id>": {"published", "draft"}}
    wanted["<id:module_id>"] = {"published", "draft"}
    wanted["<id:lesson_id>"] = {"published", "preview", "hidden", "draft"}
    wanted["<id:certificate_id>"] = {"own", "others"}
    wanted["<id:achievement_id>"] = {"new", "unlocked"}
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


@pytest.mark.parametrize(
    "row",
    [
        ("GET", "/api/v1/auth/me", "-"),
        ("GET", "/api/v1/courses?is_published=false", "-"),
        ("GET", "/api/v1/courses/<ref:ref>", "draft"),
        ("PATCH", "/api/v1/achievements/<id:achievement_id>", "unlocked"),
    ],
    ids=" ".join,
)
def test_a_guard_that_takes_everybody_for_an_admin_would_be_caught(
    caller, world, conn, monkeypatch, row
):
    admin = auth.Caller(world().account.id, 1, "admin")
    monkeypatch.setattr(auth, "_caller", lambda: admin)
    with pytest.raises(AssertionError, match=r"^assert {'anonymous'"):
        test_every_caller_gets_what_the_table_says(caller, world, conn, row)


@pytest.mark.parametrize("table", ["head\nGET / - 200", "head" + "\nGET / -" * 2])
def test_a_cell_that_is_not_declared_would_be_caught(table):
    with pytest.raises(ValueError):
        authorization.read(table)
