"""Rows for tests, with believable defaults."""

import functools
import secrets
from types import SimpleNamespace

from courseapp.one_time_tokens import make_token
from courseapp.passwords import hash_password

PASSWORD = "password123"


@functools.cache
def password_hash():
    """One hash for all users: making one takes 30 ms."""
    return hash_password(PASSWORD)


def make_user(conn, role="learner", **overrides):
    """A user with the rows that registration makes; their password is PASSWORD."""
    values = {
        "email": f"user-{secrets.token_hex(6)}@example.com",
        "full_name": "Ada Nowak",
        "timezone": "UTC",
        "role": role,
        "password_hash": password_hash(),
    } | overrides
    user_id = _insert(conn, "users", values)
    conn.execute("insert into user_points (user_id) values (%s)", [user_id])
    conn.execute("insert into user_streaks (user_id) values (%s)", [user_id])
    return SimpleNamespace(id=user_id, **values)


def make_course(conn, lessons=3, instructor=None, published=True, lesson=None, **overrides):
    """A course with one module and published lessons of 300 s; `lesson` overrides theirs."""
    slug = f"course-{secrets.token_hex(6)}"
    values = {
        "slug": slug,
        "title": f"The course {slug}",
        # A bonus only where a test is about it.
        "completion_points": 0,
        "published_at": "now" if published else None,
    }
    course_id = _insert(conn, "courses", values | overrides)
    if instructor:
        conn.execute(
            "insert into course_instructors (course_id, user_id, is_lead) values (%s, %s, true)",
            [course_id, instructor.id],
        )
    module_id = _insert(conn, "modules", {"course_id": course_id, "title": "One", "position": 1})
    course = SimpleNamespace(id=course_id, module_id=module_id, lesson_ids=[])
    for key, value in (values | overrides).items():
        setattr(course, key, value)
    for _ in range(lessons):
        make_lesson(conn, course, **(lesson or {}))
    return course


def make_module(conn, course, **overrides):
    """One more module at the end of the course; make_lesson goes on in it."""
    position = conn.execute(
        "select max(position) + 1 from modules where course_id = %s", [course.id]
    ).fetchone()[0]
    values = {"course_id": course.id, "title": f"Module {position}", "position": position}
    course.module_id = _insert(conn, "modules", values | overrides)
    return course.module_id


def make_lesson(conn, course, **overrides):
    """One more lesson at the end of the course's last module; returns its id."""
    values = {
        "module_id": course.module_id,
        "title": f"Lesson {len(course.lesson_ids) + 1}",
        "position": len(course.lesson_ids) + 1,
        "duration_seconds": 300,
        "mux_playback_id": secrets.token_hex(20),
        "published_at": "now",
    } | overrides
    course.lesson_ids.append(_insert(conn, "lessons", values))
    return course.lesson_ids[-1]


def enroll(conn, user, course):
    """The enrollment of a user in a course."""
    conn.execute(
        "insert into enrollments (user_id, course_id) values (%s, %s)", [user.id, course.id]
    )


def access_token(app, conn, user):
    """A token of a new session, without the time that a login takes."""
    session_id = conn.execute(
        "insert into sessions (user_id, expires_at) values (%s, now() + interval '1 day')"
        " returning id",
        [user.id],
    ).fetchone()[0]
    return app.extensions["tokens"].sign("access", user.id, session_id, 3600)


def make_certificate(conn, user, course, pdf=b"%PDF", credential="{}", **overrides):
    """A certificate as it was issued, and what the worker made of it, if `pdf` is something."""
    values = {
        "user_id": user.id,
        "course_id": course.id,
        "code": secrets.token_urlsafe(16),
        "learner_name": user.full_name,
        "course_title": course.title,
        "language": "en",
        "completed_on": "2026-03-01",
        "rendered_at": "now" if pdf else None,
    } | overrides
    certificate_id = _insert(conn, "certificates", values)
    if pdf:
        conn.execute(
            "insert into certificate_files (user_id, certificate_id, pdf, pdf_sha256, credential)"
            " values (%s, %s, %s, sha256(%s), %s)",
            [user.id, certificate_id, pdf, pdf, credential],
        )
    return SimpleNamespace(id=certificate_id, **values)


def one_time_token(conn, user, purpose, lasts="1 hour"):
    """A token as the link of an e-mail to the user has it."""
    token, token_hash = make_token(user.id)
    conn.execute(
        "insert into one_time_tokens (user_id, token_hash, purpose, expires_at)"
        " values (%s, %s, %s, now() + %s::interval)",
        [user.id, token_hash, purpose, lasts],
    )
    return token


def _insert(conn, table, values):
    columns = ", ".join(values)
    marks = ", ".join(["%s"] * len(values))
    return conn.execute(
        f"insert into {table} ({columns}) values ({marks}) returning id", list(values.values())
    ).fetchone()[0]
