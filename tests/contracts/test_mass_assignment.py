"""What a caller may not choose: sent along with any body it is refused and changes nothing.

Where an operation takes no body, one that is sent all the same is not read.
"""

import re

import builders
import pytest
from achievements.earning import make_achievement
from conftest import anonymous
from contracts import authored
from problems import assert_problem

BODIES = {
    "register": {"email": "mass@example.com", "password": "password123", "full_name": "New"},
    "login": {"email": "mass@example.com", "password": builders.PASSWORD},
    "update_me": {"full_name": "Someone Else"},
    "update_password": {"current_password": builders.PASSWORD, "new_password": "password1234"},
    "verify_email": {"token": "1." + "x" * 43},
    "request_password_reset": {"email": "mass@example.com"},
    "reset_password": {"token": "1." + "x" * 43, "new_password": "password1234"},
    "record_progress": {
        "watched_seconds": 300,
        "last_position_seconds": 300,
        "completion_percentage": 100,
    },
    "create_achievement": {
        "code": "mass",
        "title": "A title",
        "description": "",
        "metric": "total_points",
        "threshold": 10**6,
    },
    "update_achievement": {"title": "Another title"},
    "correct": {"correction_id": 1, "points": 5, "note": "A test"},
    **authored.BODIES,
    "add_instructor": {"email": "mass-instructor@example.com"},
    "reorder_outline": {"modules": []},
    "revoke_certificate": {"reason": "A test"},
    "reissue_certificate": {"reason": "A test"},
}
OF_LEARNERS = {
    *("register", "login", "update_me", "update_password", "record_progress"),
    *("refresh", "logout", "enroll", "leave", "issue_certificate"),
    *("verify_email", "request_verification", "request_password_reset", "reset_password"),
}
COURSE = {
    *("slug", "title", "description", "language", "completion_threshold", "completion_points"),
}
LESSON = {
    *("title", "kind", "body", "duration_seconds", "mux_playback_id", "is_preview", "points"),
}
# The columns whose names a body may have. Every other column of every table is forbidden.
SETTABLE = {
    "register": {"email", "full_name", "timezone", "locale"},
    "login": {"email"},
    "update_me": {"full_name", "timezone", "locale", "leaderboard_opt_in"},
    "update_password": set(),
    "verify_email": set(),
    "request_password_reset": {"email"},
    "reset_password": set(),
    "record_progress": {
        "watched_seconds", "last_position_seconds", "completion_percentage", "sent_at",
    },
    "create_achievement": {
        "code", "title", "description", "icon", "metric", "threshold", "points", "is_active",
    },
    "update_achievement": {
        "code", "title", "description", "icon", "metric", "threshold", "points", "is_active",
    },
    "correct": {"points", "note"},
    "create_course": COURSE,
    "update_course": COURSE,
    "create_module": {"title"},
    "update_module": {"title"},
    "create_lesson": LESSON,
    "update_lesson": LESSON,
    "import_course": COURSE,
    "add_instructor": {"email"},
    "reorder_outline": set(),
    "revoke_certificate": {"reason"},
    "reissue_certificate": {"reason"},
}  # fmt: skip
NO_COLUMNS = {"is_admin": True, "__class__": {"__init__": {}}, "__proto__": {"role": "admin"}}
NUMBER, TIME, TEXT = 987_654_321, "2001-02-03T04:05:06Z", "planted"
WITHOUT_A_BODY = (
    *("refresh", "logout", "enroll", "leave", "delete_achievement"),
    *("publish_course", "unpublish_course", "delete_course", "remove_instructor"),
    *("delete_module", "publish_lesson", "unpublish_lesson", "delete_lesson", "create_upload"),
    *("request_verification", "issue_certificate"),
)
TABLES = (
    "users",
    "user_points",
    "user_streaks",
    "points_history",
    "enrollments",
    "lesson_progress",
    "sessions",
    "login_failures",
    "achievements",
    "user_achievements",
    "user_activity_days",
    "past_enrollments",
    "leaderboard_entries",
    "video_uploads",
    "audit_log",
    "courses",
    "course_instructors",
    "modules",
    "lessons",
    "one_time_tokens",
    "procrastinate_jobs",
    "certificates",
)


@pytest.fixture(scope="module")
def course(conn):
    return builders.make_course(conn)


@pytest.fixture(scope="module")
def ids(conn, course):
    """What the paths lead to."""
    builders.make_user(conn, "instructor", email=BODIES["add_instructor"]["email"])
    empty = builders.make_course(conn, lessons=0)
    conn.execute("delete from modules where id = %s", [empty.module_id])
    return {
        "ref": course.id,
        "course_id": empty.id,
        "module_id": course.module_id,
        "lesson_id": course.lesson_ids[0],
        "user_id": builders.make_user(conn).id,
        "certificate_id": builders.make_certificate(conn, builders.make_user(conn), course).id,
        "achievement_id": make_achievement(conn, "total_points", 10**6).id,
    }


@pytest.fixture
def rows(conn):
    """Every row of the tables that a body could reach, with the transaction that wrote it."""
    return lambda: {
        table: conn.execute(f"select t.xmin, t::text from {table} as t order by 2").fetchall()
        for table in TABLES
    }


def logged_in(app, conn, user):
    """A client with both cookies of a new session."""
    client, tokens = anonymous(app), app.extensions["tokens"]
    access = builders.access_token(app, conn, user)
    refresh = tokens.sign("refresh", user.id, tokens.read("access", access).session_id, 3600, 1)
    client.set_cookie("access_token", access)
    client.set_cookie("refresh_token", refresh, path="/api/v1/auth")
    return client


@pytest.fixture
def send(app, conn, document, ids):
    """Send the body of an operation as somebody who may, and is enrolled in everything."""
    named = {o["operationId"]: where for where, o in document.operations.items()}
    clients = {}
    for role in ("learner", "admin"):
        user = builders.make_user(conn, role)
        conn.execute(
            "insert into enrollments (user_id, course_id) select %s, id from courses", [user.id]
        )
        clients[role] = logged_in(app, conn, user)

    def call(operation, body, **kwargs):
        method, path = named[operation]
        client = clients["learner" if operation in OF_LEARNERS else "admin"]
        return client.open(path.format(**ids), method=method, json=body, **kwargs)

    return call


@pytest.fixture(scope="module")
def columns(conn):
    """A value for each name of a column."""
    kinds = {"bigint": NUMBER, "integer": NUMBER, "smallint": NUMBER, "boolean": True}
    kinds |= {"timestamp with time zone": TIME, "date": TIME[:10]}
    found = conn.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = 'public' and table_name not like '%yoyo%'"
    )
    return {name: kinds.get(kind, TEXT) for name, kind in found}


def test_there_are_columns(columns):
    assert {"id", "role", "password_hash", "deactivated_at", "total_points"} <= set(columns)
    assert len(columns) > 60


def test_every_operation_with_a_body_is_tried(document):
    assert {o["operationId"] for o in document.operations.values() if "requestBody" in o} == set(
        BODIES
    )


def test_every_operation_without_a_body_is_tried(document):
    unsafe = [o for (method, _), o in document.operations.items() if method != "get"]
    assert {o["operationId"] for o in unsafe if "requestBody" not in o} == set(WITHOUT_A_BODY)


@pytest.mark.parametrize("operation", BODIES)
def test_what_is_not_the_callers_to_say_is_refused_and_changes_nothing(
    send, rows, columns, operation
):
    before = rows()
    wrong = {n: v for n, v in (columns | NO_COLUMNS).items() if n not in SETTABLE[operation]}
    assert_problem(send(operation, BODIES[operation] | wrong), "invalid", *wrong)
    assert rows() == before


@pytest.mark.parametrize("operation", BODIES)
def test_what_a_body_may_set_is_what_the_document_says(document, columns, operation):
    (described,) = [o for o in document.operations.values() if o["operationId"] == operation]
    body = document.resolve(described["requestBody"]["content"]["application/json"]["schema"])
    assert set(body["properties"]) & set(columns) == SETTABLE[operation]


@pytest.mark.parametrize("operation", WITHOUT_A_BODY)
def test_where_no_body_is_taken_one_changes_nothing(
    app, conn, document, rows, columns, operation, course
):
    """The rows are the same as without, but for the numbers and times that always differ."""
    ((method, path),) = [w for w, o in document.operations.items() if o["operationId"] == operation]
    outcomes = []
    for body in ({}, {"json": columns | NO_COLUMNS}):
        user = builders.make_user(conn, "learner" if operation in OF_LEARNERS else "admin")
        if operation == "issue_certificate":
            builders.enroll(conn, user, course)
            done = "update enrollments set completed_at = now() where user_id = %s"
            conn.execute(done, [user.id])
        if operation == "leave":
            builders.enroll(conn, user, course)
        code = f"{operation}_{len(outcomes)}"
        achievement = make_achievement(conn, "total_points", 10**6, code=code)
        client = logged_in(app, conn, user)
        taught = course
        if operation not in OF_LEARNERS:
            published = operation == "unpublish_course"
            shown = "now" if operation != "publish_lesson" else None
            taught = builders.make_course(conn, published=published, lesson={"published_at": shown})
            conn.execute(
                "insert into course_instructors (course_id, user_id) values (%s, %s)",
                [taught.id, user.id],
            )
        before = rows()
        here = path.format(
            ref=taught.id,
            course_id=taught.id,
            module_id=taught.module_id,
            lesson_id=taught.lesson_ids[0],
            user_id=user.id,
            certificate_id=0,
            achievement_id=achievement.id,
        )
        answer = client.open(here, method=method, **body)
        after = rows()
        # A certificate's code is random.
        changed = [f"{t} {row}" for t in TABLES for row in {*before[t]} ^ {*after[t]}]
        assert changed
        assert not re.search(f"{NUMBER}|{TIME[:10]}|{TEXT}", " ".join(changed))
        lines = sorted(
            re.sub(r"(?<=,)[\w-]{22}(?=,)|[0-9a-f]*\d[0-9a-f]*", "#", line) for line in changed
        )
        outcomes.append((answer.status_code, lines))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] < 300


@pytest.mark.parametrize("operation", BODIES)
def test_in_the_query_it_means_nothing(send, conn, columns, operation):
    powers = (
        "select count(*) filter (where role <> 'learner'), count(email_verified_at),"
        " count(*) filter (where leaderboard_opt_in) from users"
    )
    before = conn.execute(powers).fetchone()
    query = {name: str(value) for name, value in columns.items()}
    answer = send(operation, BODIES[operation], query_string=query)
    # 409: the course has more modules by now.
    if answer.status_code not in (200, 201, 204, 401, 409):
        assert_problem(answer, "token_invalid")
    assert conn.execute(powers).fetchone() == before
    assert before[1:] == (0, 0)
    assert conn.execute("select coalesce(max(points), 0) from points_history").fetchone()[0] <= 10


def test_a_row_that_changed_would_be_noticed(send, rows):
    before = rows()
    assert send("record_progress", BODIES["record_progress"]).status_code == 200
    after = rows()
    assert [table for table in TABLES if before[table] != after[table]] == [
        "user_points", "user_streaks", "points_history", "lesson_progress",
        "user_achievements", "user_activity_days",
    ]  # fmt: skip
