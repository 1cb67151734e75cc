"""What requests send to PostgreSQL: one statement for a read, and none without its name."""

import re

import builders
import pytest
import recorder as recording
from conftest import anonymous
from contracts.authored import TITLE
from mux_service import headers

API = "/api/v1"
# GET routes and the one statement that each sends besides the session check.
READS = {
    "auth/me": "auth.get_me",
    "courses/{course_id}/enroll": "enrollments.get_enrollment",
    "enrollments/me": "enrollments.list_enrollments",
    "progress/lessons/{lesson_id}": "progress.get_lesson_progress",
    "progress/courses/{course_id}": "progress.get_course_progress",
    "gamification/me": "gamification.get_gamification",
    "gamification/me/history": "gamification.list_points_history",
    "gamification/leaderboard": "gamification.list_leaderboard",
    "achievements": "achievements.list_achievements",
    "courses/{ref}": "courses.get_course",
    "modules/{module_id}": "modules.get_module",
    "lessons/{lesson_id}": "lessons.get_lesson",
    "lessons/{lesson_id}/playback": "playback.get_playback",
    "certificates/me": "certificates.list_certificates",
    "certificates/{certificate_id}": "certificates.get_certificate",
    "certificates/{certificate_id}/pdf": "certificates.get_file",
    "certificates/{certificate_id}/credential": "certificates.get_credential",
}
# They join the session themselves: these are read as often as the player reports.
HOT = {"progress/courses/{course_id}", "lessons/{lesson_id}"}
# What only staff may read.
STAFF_READS = {
    "courses/{course_id}/export": "courses.export_course",
    "lessons/{lesson_id}/uploads": "uploads.list_uploads",
    "audit-log": "audit.list_audit_log",
    "courses/{course_id}/statistics": "statistics.get_statistics",
}
# Files in pages: statements for whoever may have them.
FILES = {
    "courses/{course_id}/learners.csv": [
        "statistics.get_course_for_staff",
        "statistics.list_learners",
    ]
}
ANONYMOUS_READS = {
    "courses": "courses.list_published_courses",
    "courses?q=course": "courses.search_courses",
    "courses/{ref}": "courses.get_course",
    "lessons/{lesson_id}": "lessons.get_lesson",
    "lessons/{lesson_id}/playback": "playback.get_playback",
    "achievements": "achievements.list_achievements",
    "modules/{module_id}": "modules.get_module",
}


@pytest.fixture(scope="module")
def recorder(make_app):
    return recording.Recorder(make_app())


@pytest.fixture(scope="module")
def course(conn):
    return builders.make_course(conn, lesson={"is_preview": True})


@pytest.fixture(scope="module")
def learner(conn, course):
    user = builders.make_user(conn)
    builders.enroll(conn, user, course)
    return user


@pytest.fixture(scope="module")
def certificate(conn, learner, course):
    return builders.make_certificate(conn, learner, course)


@pytest.fixture
def log_in(recorder, conn):
    def as_user(user):
        client = anonymous(recorder.app)
        client.set_cookie("access_token", builders.access_token(recorder.app, conn, user))
        return client

    return as_user


@pytest.fixture
def get(recorder, course, certificate):
    """Get a path; the statements that were sent, sorted."""

    def send(client, path, status=200, **more):
        ids = {
            "ref": course.id,
            "course_id": course.id,
            "module_id": course.module_id,
            "lesson_id": course.lesson_ids[0],
            "certificate_id": certificate.id,
        }
        with recorder.recording() as seen:
            answer = client.get(f"{API}/{path.format(**ids)}", **more)
        assert answer.status_code == status
        # What the cache asks for, of a worker and not of a request, is in tests/courses.
        return sorted(s for s in seen.statements if not s.startswith("cache.")), answer

    return send


def test_every_read_that_needs_a_session_is_listed_above(document, api_views):
    needing = {
        path.removeprefix(f"{API}/")
        for (method, path), view in api_views.items()
        if method == "get" and view.access != "public"
    }
    assert needing == {*READS, *STAFF_READS, *FILES}


@pytest.mark.parametrize("path", READS)
def test_a_read_sends_one_statement_besides_the_session_check(get, log_in, learner, path):
    statements, answer = get(log_in(learner), path)
    session = [] if path in HOT else ["auth.get_session"]
    assert statements == sorted([*session, READS[path]])
    etag = {"If-None-Match": answer.headers["ETag"]}
    assert get(log_in(learner), path, 304, headers=etag)[0] == statements


@pytest.mark.parametrize("path", STAFF_READS)
def test_a_read_of_staff_sends_one_statement_besides_the_session_check(get, log_in, conn, path):
    client = log_in(builders.make_user(conn, role="admin"))
    statements, answer = get(client, path)
    assert statements == sorted(["auth.get_session", STAFF_READS[path]])
    etag = {"If-None-Match": answer.headers["ETag"]}
    assert get(client, path, 304, headers=etag)[0] == statements


@pytest.mark.parametrize("path", FILES)
def test_a_file_sends_a_statement_for_the_right_to_it_and_one_a_page(get, log_in, conn, path):
    statements, _ = get(log_in(builders.make_user(conn, role="admin")), path)
    assert statements == ["auth.get_session", *FILES[path]]


@pytest.mark.parametrize("path", ANONYMOUS_READS)
def test_an_anonymous_read_sends_one_statement(get, recorder, path):
    assert get(anonymous(recorder.app), path)[0] == [ANONYMOUS_READS[path]]


def test_the_list_of_courses_checks_no_session_of_who_is_logged_in(get, log_in, learner):
    assert get(log_in(learner), "courses")[0] == ["courses.list_published_courses"]


def test_the_list_of_drafts_sends_one_statement_besides_the_session_check(get, log_in, conn):
    instructor = builders.make_user(conn, role="instructor")
    statements, _ = get(log_in(instructor), "courses?is_published=false")
    assert statements == ["auth.get_session", "courses.list_unpublished_courses"]


def test_the_board_of_a_course_sends_one_statement_besides_the_session_check(
    get, log_in, learner, course
):
    for query in (f"course_id={course.id}", "period=all", "period=month&limit=1"):
        statements, _ = get(log_in(learner), f"gamification/leaderboard?{query}")
        assert statements == ["auth.get_session", "gamification.list_leaderboard"]


def test_the_inactive_achievements_send_one_statement_besides_the_session_check(get, log_in, conn):
    admin = builders.make_user(conn, role="admin")
    statements, _ = get(log_in(admin), "achievements?is_active=false")
    assert statements == ["achievements.list_achievements", "auth.get_session"]


@pytest.mark.parametrize("path", [*READS, *STAFF_READS, *FILES])
def test_a_read_refused_for_want_of_a_token_sends_none(get, recorder, path):
    if path not in ANONYMOUS_READS:
        assert get(anonymous(recorder.app), path, 401)[0] == []


def test_reads_that_are_not_cached_send_nothing_to_redis(recorder, log_in, learner, course):
    client = log_in(learner)
    with recorder.recording() as seen:
        for path in ("courses?q=a", f"courses/{course.id}", f"progress/courses/{course.id}"):
            assert client.get(f"{API}/{path}").status_code == 200
    assert seen.redis_commands == 0


def use_links(client, conn):
    """What the links of e-mails are for."""
    user = builders.make_user(conn)
    verification, reset = (
        {"token": builders.one_time_token(conn, user, purpose)}
        for purpose in ("email_verification", "password_reset")
    )
    reset["new_password"] = "password1234"
    return [
        client.post(f"{API}/auth/verification/confirm", json=verification),
        client.post(f"{API}/auth/verification/confirm", json=verification),
        client.post(f"{API}/auth/password-reset", json={"email": user.email}),
        client.post(f"{API}/auth/password-reset/confirm", json=reset),
    ]


def manage(client, conn, course, mux):
    """What only admins do, and Mux."""
    corrections = f"{API}/gamification/users/{builders.make_user(conn).id}/corrections"
    achievement = {
        "code": "managed",
        "title": "A title",
        "description": "",
        "metric": "total_points",
        "threshold": 10**6,
    }
    made = client.post(f"{API}/achievements", json=achievement)
    uploads = f"{API}/lessons/{course.lesson_ids[0]}/uploads"
    events = []

    def tell(make):
        opened = client.post(uploads)
        body = make(list(mux.uploads)[-1])
        events.extend(
            [opened, client.post(f"{API}/webhooks/mux", data=body, headers=headers(body))]
        )

    tell(mux.ready)
    tell(mux.failed)
    return [
        *events,
        client.get(uploads),
        made,
        *author(client, builders.make_user(conn, role="instructor")),
        client.get(f"{API}/audit-log"),
        client.post(corrections, json={"correction_id": 1, "points": 5, "note": "A test"}),
        client.patch(f"{API}/achievements/{made.json['id']}", json={"points": 1}),
        client.delete(f"{API}/achievements/{made.json['id']}"),
    ]


def author(client, colleague):
    """A course from nothing to published, and to nothing again."""
    course = client.post(f"{API}/courses", json=TITLE, headers={"Idempotency-Key": "one"})
    here = f"{API}/courses/{course.json['id']}"
    module = client.post(f"{here}/modules", json=TITLE)
    part = f"{API}/modules/{module.json['id']}"
    text = TITLE | {"kind": "text", "body": "Hello"}
    lesson = client.post(f"{part}/lessons", json=text)
    lessons = [f"{API}/lessons/{lesson.json['id']}"]
    lessons.append(f"{API}/lessons/{client.post(f'{part}/lessons', json=text).json['id']}")
    outline = client.get(here).json["modules"]
    order = [
        {"id": m["id"], "lessons": [one["id"] for one in reversed(m["lessons"])]} for m in outline
    ]
    return [
        course,
        module,
        lesson,
        client.patch(lessons[0], json=TITLE),
        *(client.post(f"{one}/publish") for one in lessons),
        client.post(f"{here}/publish"),
        client.patch(here, json={"completion_threshold": 50}),
        client.patch(part, json=TITLE),
        client.put(f"{here}/outline", json={"modules": order}),
        client.post(f"{here}/instructors", json={"email": colleague.email}),
        client.delete(f"{here}/instructors/{colleague.id}"),
        client.post(
            f"{API}/courses/import", json=client.get(f"{here}/export").json | {"slug": "another"}
        ),
        client.post(f"{lessons[0]}/unpublish"),
        client.delete(lessons[0]),
        client.post(f"{here}/unpublish"),
        client.delete(part),
        client.delete(here),
    ]


def test_no_statement_reaches_the_server_without_its_name(recorder, log_in, conn, course, mux):
    user = {"email": "journey@example.com", "password": "password123"}
    update = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 5}
    client = anonymous(recorder.app)
    lesson = f"{API}/progress/lessons/{course.lesson_ids[0]}"
    with recorder.recording() as seen:
        answers = [
            client.post(f"{API}/auth/register", json=user | {"full_name": "Ada"}),
            client.post(f"{API}/auth/login", json=user | {"password": "not this one"}),
            client.post(f"{API}/auth/login", json=user),
            client.get(f"{API}/auth/me"),
            client.post(f"{API}/auth/verification"),
            client.patch(f"{API}/auth/me", json={"locale": "pl"}),
            client.patch(f"{API}/auth/me", json={"leaderboard_opt_in": True}),
            client.get(f"{API}/courses?q=course"),
            client.get(f"{API}/courses/{course.id}"),
            client.post(f"{API}/courses/{course.id}/enroll"),
            client.get(f"{API}/enrollments/me"),
            client.get(f"{API}/lessons/{course.lesson_ids[0]}"),
            client.post(lesson, json=update),
            client.post(lesson, json=update | {"completion_percentage": 100}),
            client.get(f"{API}/progress/courses/{course.id}"),
            client.get(f"{API}/gamification/me/history"),
            client.get(f"{API}/gamification/leaderboard"),
            client.get(f"{API}/achievements"),
            client.patch(f"{API}/auth/me", json={"leaderboard_opt_in": False}),
            client.delete(f"{API}/courses/{course.id}/enroll"),
            client.post(f"{API}/auth/refresh"),
            client.post(
                f"{API}/auth/password",
                json={"current_password": "password123", "new_password": "password1234"},
            ),
            client.post(f"{API}/auth/logout"),
            client.get("/readyz"),
        ]
        answers += use_links(client, conn)
        admin = log_in(builders.make_user(conn, role="admin"))
        answers += manage(admin, conn, course, mux)
    assert [a.status_code for a in answers if a.status_code >= 400] == [401]
    named = re.compile(r"[a-z]+\.[a-z_]+")
    unnamed = {text for text in seen.statements if not named.fullmatch(text)}
    assert unnamed == {"BEGIN", "COMMIT"}
    assert len(seen.statements) > 30
