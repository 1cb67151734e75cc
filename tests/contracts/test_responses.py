"""A walk through the whole API: what is answered is documented, and what is documented happens."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import builders
import pytest
from achievements.earning import make_achievement, unlock
from conftest import anonymous
from contracts import authored
from problems import assert_problem

from courseapp.schemas.authoring import MOST_LESSONS, MOST_MODULES

NOBODY = 999_999_999
LIST = json.dumps(
    {"id": "https://x/", "type": ["x"], "issuer": "x", "credentialSubject": {}, "proof": {}}
)
BODIES = {
    "register": {"email": "new@example.com", "password": "password123", "full_name": "New"},
    "login": {"email": "nobody@example.com", "password": "password123"},
    "update_me": {"full_name": "Someone Else"},
    "update_password": {"current_password": "wrong password", "new_password": "password1234"},
    "verify_email": {"token": "1." + "x" * 43},
    "request_password_reset": {"email": "nobody@example.com"},
    "reset_password": {"token": "1." + "x" * 43, "new_password": "password1234"},
    "record_progress": {
        "watched_seconds": 60,
        "last_position_seconds": 60,
        "completion_percentage": 20,
    },
    "create_achievement": {
        "code": "documented",
        "title": "A title",
        "description": "",
        "metric": "total_points",
        "threshold": 10**6,
    },
    "update_achievement": {"points": 5},
    "correct": {"correction_id": 1, "points": 5, "note": "A test"},
    **authored.BODIES,
    "revoke_certificate": {"reason": "A test"},
    "reissue_certificate": {"reason": "A test"},
    "add_instructor": {"email": "nobody@example.com"},
    "reorder_outline": {"modules": []},
}
PROGRESS, FINISH = (
    BODIES["record_progress"],
    {
        "watched_seconds": 300,
        "last_position_seconds": 300,
        "completion_percentage": 100,
    },
)
API = "/api/v1"
# Leaving a course that is not there is no failure; 404 has what cannot be an id.
NO_ID = ("delete", f"{API}/courses/{{course_id}}/enroll")


@pytest.fixture(scope="module")
def world(app, conn):
    """Two courses, one of them a draft, with every kind of lesson; people, and what they earn."""
    instructor = builders.make_user(conn, role="instructor")
    course = builders.make_course(conn, lessons=2, instructor=instructor)
    text = {"kind": "text", "body": "# Hello", "duration_seconds": None, "mux_playback_id": None}
    builders.make_lesson(conn, course, is_preview=True)
    builders.make_lesson(conn, course, **text)
    builders.make_lesson(conn, course, published_at=None)
    draft = builders.make_course(conn, lessons=1, instructor=instructor, published=False)
    learner, stranger = builders.make_user(conn), builders.make_user(conn)
    admin = builders.make_user(conn, role="admin")
    builders.enroll(conn, learner, course)
    achievement = make_achievement(conn, "total_points", 10**6)

    def log_in(user):
        client = anonymous(app)
        client.set_cookie("access_token", builders.access_token(app, conn, user))
        return client

    return SimpleNamespace(
        course=course,
        draft=draft,
        learner=learner,
        admin=admin,
        instructor=instructor,
        stranger=stranger,
        account=builders.make_user(conn),
        achievement=achievement,
        certificate=builders.make_certificate(conn, learner, builders.make_course(conn)),
        anonymous=lambda: anonymous(app),
        as_learner=lambda: log_in(learner),
        as_stranger=lambda: log_in(stranger),
        as_instructor=lambda: log_in(instructor),
        as_admin=lambda: log_in(admin),
        log_in=log_in,
    )


def address(path, course_id, module_id, lesson_id, user_id, achievement_id, certificate_id, code):
    """A documented path with ids in it."""
    return path.format(
        ref=course_id,
        course_id=course_id,
        module_id=module_id,
        lesson_id=lesson_id,
        user_id=user_id,
        achievement_id=achievement_id,
        certificate_id=certificate_id,
        code=code,
        list_id=certificate_id,
    )


def is_of_staff(operation):
    """Whether only they get far enough to be told more than that they may not."""
    return "`forbidden`" in operation["responses"].get("403", {}).get("description", "")


def body_of(operation):
    """The JSON that an operation takes, as arguments of a request."""
    if "requestBody" not in operation:
        return {}
    return {"json": BODIES[operation["operationId"]]}


@pytest.fixture(scope="module")
def refusals(document, world):
    """What every operation refuses in the same way."""

    def walk():
        guest, learner, admin = world.anonymous(), world.as_learner(), world.as_admin()
        lists_for_everybody = (("get", f"{API}/courses"), ("get", f"{API}/achievements"))
        for (method, path), operation in document.operations.items():
            course, lesson_id = world.course, world.course.lesson_ids[0]
            ids = (course.id, course.module_id, lesson_id, world.learner.id, world.achievement.id)
            ids += (world.certificate.id, world.certificate.code)
            here = address(path, *ids)
            known = body_of(operation)
            client = admin if is_of_staff(operation) else learner
            if client is admin:
                yield learner.open(here, method=method, **known)
            if "401" in operation["responses"] and (method, path) not in lists_for_everybody:
                yield guest.open(here, method=method, **known)
            if "{" in path:
                nowhere = address(path, *[NOBODY] * 6, "A" * 22)
                yield client.open(nowhere, method=method, **known)
            if method != "get":
                elsewhere = {"Sec-Fetch-Site": "cross-site"}
                yield client.open(here, method=method, headers=elsewhere, **known)
            if known:
                as_json = {"method": method, "content_type": "application/json"}
                yield client.open(here, data="{", **as_json)
                yield client.open(here, data=b" " * 9_000_000, **as_json)
                yield client.open(here, data="[]", **as_json)
                yield client.open(here, json={"nonsense": 1}, method=method)
                yield client.open(here, data="x=1", content_type="text/plain", method=method)
            headers = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "header"}
            if "If-Match" in headers:
                stale = {"If-Match": '"v99-0"'}
                yield client.open(here, method=method, headers=stale, **known)
            if "Idempotency-Key" in headers:
                no_key = {"Idempotency-Key": '"'}
                yield client.open(here, method=method, headers=no_key, **known)
            if any(p["in"] == "query" for p in operation.get("parameters", ())):
                yield client.open(here, query_string={"limit": "0"}, method=method)
                yield client.open(here, query_string={"cursor": "x"}, method=method)
                yield client.open(here, query_string="cursor=%00", method=method)

    return list(walk())


@pytest.fixture(scope="module")
def journey(app, make_app, mux, conn, world):
    """Every success, and the refusals that need a story."""

    def walk():
        course, (lesson, second, preview, text, hidden) = world.course, world.course.lesson_ids
        guest, learner = world.anonymous(), world.as_learner()
        stranger, instructor = world.as_stranger(), world.as_instructor()
        admin = world.as_admin()

        def get(client, path, **more):
            answer = client.get(f"{API}/{path}", **more)
            yield answer
            if answer.status_code == 200:
                etag = {"If-None-Match": answer.headers["ETag"]}
                yield client.get(f"{API}/{path}", headers=etag, **more)

        account = BODIES["register"]
        yield guest.post(f"{API}/auth/register", json=account)
        yield guest.post(f"{API}/auth/register", json=account)
        yield guest.post(f"{API}/auth/login", json=account | {"password": "wrong password"})
        new = {key: account[key] for key in ("email", "password")}
        yield guest.post(f"{API}/auth/login", json=new)
        yield from get(guest, "auth/me")
        yield guest.patch(f"{API}/auth/me", json={"timezone": "Europe/Warsaw", "locale": "pl"})
        yield guest.post(f"{API}/auth/refresh")
        yield guest.post(
            f"{API}/auth/password",
            json={"current_password": "wrong password", "new_password": "password1234"},
        )
        yield guest.post(
            f"{API}/auth/password",
            json={"current_password": account["password"], "new_password": "password1234"},
        )
        yield guest.post(f"{API}/auth/logout")
        yield stranger.post(f"{API}/auth/verification")
        token = builders.one_time_token(conn, world.stranger, "email_verification")
        yield guest.post(f"{API}/auth/verification/confirm", json={"token": token})
        yield guest.post(f"{API}/auth/verification/confirm", json=BODIES["verify_email"])
        yield guest.post(f"{API}/auth/password-reset", json=BODIES["request_password_reset"])
        token = builders.one_time_token(conn, world.account, "password_reset")
        reset = BODIES["reset_password"]
        yield guest.post(f"{API}/auth/password-reset/confirm", json=reset | {"token": token})
        yield guest.post(f"{API}/auth/password-reset/confirm", json=reset)

        yield from get(guest, "courses")
        yield from get(guest, "courses", query_string={"limit": 1, "q": "course"})
        yield from get(instructor, "courses", query_string={"is_published": "false"})
        yield guest.get(f"{API}/courses", query_string={"is_published": "false"})
        yield learner.get(f"{API}/courses", query_string={"is_published": "false"})
        yield from get(guest, f"courses/{course.id}")
        yield from get(guest, f"courses/{course.slug}")
        yield from get(instructor, f"courses/{world.draft.id}")
        yield from get(guest, f"courses/{world.draft.id}")

        for caller in (instructor, admin, learner):
            yield from get(caller, f"courses/{course.id}/statistics")
            yield caller.get(f"{API}/courses/{course.id}/learners.csv")

        yield from get(guest, f"lessons/{preview}")
        yield from get(guest, f"lessons/{lesson}")
        yield from get(stranger, f"lessons/{lesson}")
        yield from get(instructor, f"lessons/{hidden}")
        yield from get(learner, f"lessons/{lesson}")
        yield from get(learner, f"lessons/{text}")

        yield from get(guest, f"lessons/{preview}/playback")
        yield from get(guest, f"lessons/{lesson}/playback")
        yield from get(stranger, f"lessons/{lesson}/playback")
        yield from get(learner, f"lessons/{text}/playback")
        yield learner.post(f"{API}/lessons/{lesson}/uploads")
        yield instructor.post(f"{API}/lessons/{lesson}/uploads")
        yield instructor.post(f"{API}/lessons/{text}/uploads")
        yield from get(instructor, f"lessons/{lesson}/uploads")
        yield from get(learner, f"lessons/{lesson}/uploads")
        mux.trouble = lambda handler: handler.answer(503, {})
        yield instructor.post(f"{API}/lessons/{lesson}/uploads")
        mux.trouble = None
        without = anonymous(make_app(MUX_TOKEN_ID="", MUX_TOKEN_SECRET=""))
        token = builders.access_token(app, conn, world.instructor)
        bearer = {"Authorization": f"Bearer {token}"}
        yield without.post(f"{API}/lessons/{lesson}/uploads", headers=bearer)

        yield stranger.post(f"{API}/progress/lessons/{lesson}", json=PROGRESS)
        yield from get(stranger, f"progress/lessons/{lesson}")
        yield from get(stranger, f"progress/courses/{course.id}")
        yield stranger.post(f"{API}/courses/{course.id}/enroll")
        yield stranger.post(f"{API}/courses/{course.id}/enroll")
        yield from get(stranger, f"courses/{course.id}/enroll")
        yield stranger.delete(f"{API}/courses/{course.id}/enroll")
        yield from get(stranger, f"courses/{course.id}/enroll")

        yield from get(learner, f"progress/courses/{course.id}")
        yield from get(learner, f"progress/lessons/{lesson}")
        for _ in range(4):
            yield learner.post(f"{API}/progress/lessons/{lesson}", json=PROGRESS)
        for lesson_id in (lesson, second, preview, text):
            yield learner.post(f"{API}/progress/lessons/{lesson_id}", json=FINISH)
        yield from get(learner, f"progress/lessons/{text}")
        yield from get(learner, f"lessons/{second}")
        yield from get(learner, f"progress/courses/{course.id}")
        yield from get(learner, "enrollments/me")
        yield from get(learner, "gamification/me")
        yield from get(learner, "gamification/me/history")
        yield from get(learner, "gamification/me/history", query_string={"limit": 1})

        yield learner.patch(f"{API}/auth/me", json={"leaderboard_opt_in": True})
        yield from get(learner, "gamification/leaderboard")
        yield from get(stranger, "gamification/leaderboard", query_string={"period": "all"})
        yield from get(
            learner,
            "gamification/leaderboard",
            query_string={"course_id": course.id, "period": "month"},
        )
        yield from get(
            stranger, "gamification/leaderboard", query_string={"course_id": world.draft.id}
        )
        corrections = f"{API}/gamification/users/{world.learner.id}/corrections"
        correction = BODIES["correct"]
        yield admin.post(corrections, json=correction)
        yield admin.post(corrections, json=correction)
        yield admin.post(corrections, json=correction | {"points": 6})
        yield admin.post(corrections, json=correction | {"correction_id": 2, "points": -(10**6)})

        inactive = {"query_string": {"is_active": "false"}}
        yield from get(guest, "achievements")
        yield from get(learner, "achievements")
        for caller in (guest, learner, admin):
            yield from get(caller, "achievements", **inactive)
        yield from get(guest, "achievements", query_string={"is_active": "x"})
        achievement = BODIES["create_achievement"]
        made = admin.post(f"{API}/achievements", json=achievement)
        yield made
        yield admin.post(f"{API}/achievements", json=achievement)
        path = f"{API}/achievements/{made.json['id']}"
        yield admin.patch(path, json=BODIES["update_achievement"])
        yield admin.patch(path, json={"code": world.achievement.code})
        unlock(conn, world.learner, world.achievement)
        yield admin.delete(f"{API}/achievements/{world.achievement.id}")
        yield admin.delete(path)

        yield from certificates(world, conn, get)
        yield from authors(world, conn)

    def certificates(world, conn, get):
        learner, stranger, admin = world.as_learner(), world.as_stranger(), world.as_admin()
        here = f"{API}/certificates"
        conn.execute("insert into credential_status_lists (id, credential) values (0, %s)", [LIST])
        yield from get(world.anonymous(), "credentials/status/0")
        other = builders.make_course(conn, lessons=1)
        builders.enroll(conn, world.learner, other)
        yield learner.post(f"{here}/courses/{other.id}")
        yield stranger.post(f"{here}/courses/{other.id}")
        done = "update enrollments set completed_at = now() where course_id = %s"
        conn.execute(done, [other.id])
        made = learner.post(f"{here}/courses/{other.id}")
        yield made
        yield learner.post(f"{here}/courses/{other.id}")
        path = f"certificates/{made.json['id']}"
        failed = "update certificates set failed_at = now() where id = %s"
        for what in ("pdf", "credential"):
            yield learner.get(f"{API}/{path}/{what}")
        conn.execute(failed, [made.json["id"]])
        for what in ("pdf", "credential"):
            yield learner.get(f"{API}/{path}/{what}")
        ready = f"certificates/{world.certificate.id}"
        for one in ("certificates/me", ready, f"{ready}/pdf", f"{ready}/credential"):
            yield from get(learner, one)
        verify = f"certificates/verify/{made.json['code']}"
        yield from get(world.anonymous(), verify)
        for code in (made.json["code"], "A" * 22):
            html = {"Accept": "text/html"}
            yield world.anonymous().get(f"{here}/verify/{code}", headers=html)
        yield learner.post(f"{API}/{path}/reissue", json={})
        conn.execute("update users set full_name = 'New' where id = %s", [world.learner.id])
        answer = learner.post(f"{API}/{path}/reissue", json={})
        yield answer
        newest = answer.json["id"]
        yield learner.post(f"{API}/{path}/reissue", json={})
        for n in range(5):
            rename = "update users set full_name = %s where id = %s"
            conn.execute(rename, [f"New {n}", world.learner.id])
            answer = learner.post(f"{here}/{newest}/reissue", json={})
            yield answer
            newest = answer.json.get("id", newest)
        yield admin.post(f"{API}/{path}/revoke", json=BODIES["revoke_certificate"])
        yield admin.post(f"{API}/{ready}/revoke", json=BODIES["revoke_certificate"])
        yield learner.post(f"{API}/{ready}/reissue", json={})
        yield learner.post(f"{here}/courses/{world.certificate.course_id}")
        plain = builders.make_certificate(
            conn, world.learner, other, credential=None, replaced_at="now"
        )
        yield learner.get(f"{here}/{plain.id}/credential")
        without = anonymous(make_app(APP_ENV="production", PUBLIC_URL=""))
        bearer = {
            role: {"Authorization": f"Bearer {builders.access_token(app, conn, user)}"}
            for role, user in (("learner", world.learner), ("admin", world.admin))
        }
        for role, method, what, body in (
            ("learner", "post", f"{here}/courses/{other.id}", None),
            ("learner", "get", f"{here}/me", None),
            ("learner", "get", f"{API}/{ready}", None),
            ("learner", "get", f"{API}/{verify}", None),
            ("admin", "post", f"{API}/{ready}/revoke", BODIES["revoke_certificate"]),
            ("admin", "post", f"{API}/{ready}/reissue", BODIES["reissue_certificate"]),
        ):
            given = {"json": body} if body else {}
            yield without.open(what, method=method, headers=bearer[role], **given)

    def authors(world, conn):
        course, client = world.draft, world.as_instructor()
        for made in (
            ("courses", authored.TITLE),
            ("courses/import", authored.DOCUMENT),
            (f"courses/{course.id}/modules", authored.TITLE),
            (f"modules/{course.module_id}/lessons", authored.TITLE),
        ):
            yield from creates(world, conn, client, *made)
        here, part = f"{API}/courses/{course.id}", f"{API}/modules/{course.module_id}"
        yield client.post(f"{API}/courses", json=authored.TITLE | {"slug": course.slug})
        yield client.patch(here, json={"slug": world.course.slug})
        yield client.post(f"{API}/courses/import", json=authored.DOCUMENT)
        yield client.get(f"{here}/export")
        yield client.get(part)
        for one in (f"courses/{course.id}/export", f"modules/{course.module_id}"):
            answer = client.get(f"{API}/{one}")
            etag = {"If-None-Match": answer.headers["ETag"]}
            yield client.get(f"{API}/{one}", headers=etag)
        yield client.patch(here, json=authored.TITLE)
        yield client.patch(part, json=authored.TITLE)
        yield client.put(f"{here}/outline", json={"modules": []})
        yield client.put(f"{here}/outline", json=outline_of(client, here))
        colleague = builders.make_user(conn, role="instructor")
        for _ in range(2):
            yield client.post(f"{here}/instructors", json={"email": colleague.email})
        yield client.delete(f"{here}/instructors/{colleague.id}")
        empty = builders.make_lesson(
            conn, course, position=99, published_at=None, mux_playback_id=None
        )
        yield client.post(f"{API}/lessons/{empty}/publish")
        last = f"{API}/lessons/{course.lesson_ids[0]}"
        yield client.post(f"{last}/unpublish")
        yield client.post(f"{here}/publish")
        yield client.post(f"{last}/publish")
        yield client.patch(last, json={"mux_playback_id": None})
        yield client.patch(last, json=authored.TITLE)
        yield client.post(f"{here}/publish")
        yield client.post(f"{last}/unpublish")
        yield client.delete(last)
        yield client.delete(part)
        yield client.post(f"{here}/unpublish")
        yield client.delete(last)
        yield client.delete(part)
        yield client.delete(here)
        yield from full(world, conn, client)
        admin = world.as_admin()
        answer = admin.get(f"{API}/audit-log", query_string={"target_type": "course", "limit": 1})
        yield answer
        etag = {"If-None-Match": answer.headers["ETag"]}
        yield admin.get(f"{API}/audit-log?target_type=course&limit=1", headers=etag)

    def full(world, conn, client):
        course = builders.make_course(conn, lessons=0, instructor=world.instructor)
        for table, parent, parent_id, most in (
            ("modules", "course_id", course.id, MOST_MODULES),
            ("lessons", "module_id", course.module_id, MOST_LESSONS),
        ):
            conn.execute(
                f"insert into {table} ({parent}, title, position)"
                " select %s, 'x', n + 1 from generate_series(1, %s) as n",
                [parent_id, most],
            )
        yield client.post(f"{API}/courses/{course.id}/modules", json=authored.TITLE)
        yield client.post(f"{API}/modules/{course.module_id}/lessons", json=authored.TITLE)

    def creates(world, conn, client, path, body):
        key = {"Idempotency-Key": f"of-{path}"}
        yield client.post(f"{API}/{path}", json=body, headers=key)
        yield client.post(f"{API}/{path}", json=body, headers=key)
        yield client.post(f"{API}/{path}", json=body | {"title": "Other"}, headers=key)
        busy = f"idempotency {world.instructor.id} busy"
        with conn.transaction():
            conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [busy])
            yield client.post(f"{API}/{path}", json=body, headers={"Idempotency-Key": "busy"})

    return list(walk())


def outline_of(client, here):
    """The body that leaves the order of a course as it is."""
    modules = client.get(here).json["modules"]
    return {
        "modules": [
            {"id": module["id"], "lessons": [lesson["id"] for lesson in module["lessons"]]}
            for module in modules
        ]
    }


@pytest.fixture(scope="module")
def exhausted_limits(app, conn, world):
    """What too many attempts are answered with."""

    def walk():
        user = builders.make_user(conn)
        client = world.log_in(user)
        wrong = {"email": user.email, "password": "wrong password"}
        for _ in range(10):
            client.post(f"{API}/auth/login", json=wrong)
        yield client.post(f"{API}/auth/login", json=wrong)
        yield client.post(f"{API}/auth/password", json=BODIES["update_password"])
        for _ in range(121):
            answer = client.post(f"{API}/auth/register", json={})
        yield answer
        for name in ("verification", "password-reset"):
            for _ in range(61):
                answer = client.post(f"{API}/auth/{name}", json={})
            yield answer

    return list(walk())


@pytest.fixture(scope="module")
def failures(make_app, app, document, world, conn):
    """What every operation answers while there is no database."""
    broken = make_app(
        DATABASE_URL="postgresql://courseapp@/courseapp?host=/nowhere",
        DATABASE_POOL_TIMEOUT_SECONDS="1",
    )
    tokens = broken.extensions["tokens"]

    def call(operation):
        (method, path), operation = operation
        client = anonymous(broken)
        client.set_cookie("access_token", tokens.sign("access", 1, 1, 60))
        client.set_cookie("refresh_token", tokens.sign("refresh", 1, 1, 60, 1), path="/api/v1/auth")
        return client.open(address(path, *[1] * 6, "A" * 22), method=method, **body_of(operation))

    with ThreadPoolExecutor(len(document.operations)) as threads:
        started = time.monotonic()
        answers = list(threads.map(call, document.operations.items()))
    assert {answer.status_code for answer in answers} == {503}
    assert time.monotonic() - started < 10
    return answers


@pytest.fixture(scope="module")
def walk(refusals, journey, exhausted_limits, failures):
    """Every answer."""
    return refusals + journey + exhausted_limits + failures


def test_every_response_is_as_documented(document, walk):
    complaints = sorted({c for response in walk for c in document.complaints(response)})
    assert not complaints, "\n" + "\n".join(complaints)


def test_everything_documented_happens(document, walk):
    seen = {(*document.operation_of(response), str(response.status_code)) for response in walk}
    documented = {
        (*operation, status)
        for operation, described in document.operations.items()
        for status in described["responses"]
        if status != "default"
    }
    assert documented - seen == {(*NO_ID, "404")}


def test_every_problem_that_is_named_happens(document, walk):
    named = {
        (*operation, name)
        for operation, described in document.operations.items()
        for status, response in described["responses"].items()
        if status[0] in "45"
        for name in response["description"].split("`")[1::2]
    }
    seen = {
        (*document.operation_of(response), response.json["type"].removeprefix("/problems/"))
        for response in walk
        if response.status_code >= 400 and response.mimetype != "text/html"
    }
    assert named - seen == {(*NO_ID, "not_found")}


def test_what_cannot_be_an_id_is_not_found(world):
    for course_id in ("0", "-1", "0.5", "x", "1" * 19):
        answer = world.as_learner().delete(f"{API}/courses/{course_id}/enroll")
        assert_problem(answer, "not_found")


def test_every_problem_names_its_request(walk):
    problems = [r for r in walk if r.status_code >= 400 and r.mimetype != "text/html"]
    assert problems
    for response in problems:
        assert response.json["request_id"] == response.headers["X-Request-ID"]
        assert response.json["instance"] == response.request.path
        assert response.json["status"] == response.status_code
        assert response.headers["Cache-Control"] == "no-store"


def test_no_problem_speaks_of_internals(walk):
    for response in walk:
        if response.status_code >= 400:
            for word in ("psycopg", "Traceback", "SELECT", "select ", "relation", "File "):
                assert word not in response.text


def test_a_value_too_many_or_a_date_without_a_zone_would_be_noticed(document):
    schema = document.json["components"]["schemas"]["LessonProgress"]
    state = dict.fromkeys(schema["required"], 0) | {"is_completed": True, "updated_at": None}
    validator = document.validator(schema)
    assert validator.is_valid(state | {"completed_at": "2026-01-01T00:00:00.5+00:00"})
    assert not validator.is_valid(state | {"completed_at": "2026-01-01T00:00:00"})
    assert not validator.is_valid(state | {"completed_at": None, "more": 1})
    assert not validator.is_valid(state)
