"""What a caller may not choose: sent along with any body it is refused and changes nothing."""

import builders
import pytest
from conftest import anonymous
from problems import assert_problem

BODIES = {
    "register": {"email": "mass@example.com", "password": "password123", "full_name": "New"},
    "login": {"email": "mass@example.com", "password": builders.PASSWORD},
    "update_me": {"full_name": "Someone Else"},
    "update_password": {"current_password": builders.PASSWORD, "new_password": "password1234"},
    "record_progress": {
        "watched_seconds": 300,
        "last_position_seconds": 300,
        "completion_percentage": 100,
    },
}
FORBIDDEN = {
    "id": 1,
    "user_id": 1,
    "lesson_id": 1,
    "course_id": 1,
    "role": "admin",
    "is_admin": True,
    "points": 1000,
    "total_points": 1000,
    "level": 9,
    "is_completed": True,
    "completed_at": "2026-01-01T00:00:00Z",
    "enrolled_at": "2026-01-01T00:00:00Z",
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
    "email_verified_at": "2026-01-01T00:00:00Z",
    "deactivated_at": None,
    "deleted_at": None,
    "password_hash": "x",
    "leaderboard_opt_in": True,
    "throttle_at": "2026-01-01T00:00:00Z",
    "current_streak": 99,
    "__class__": {"__init__": {}},
    "__proto__": {"role": "admin"},
}
TABLES = (
    "users",
    "user_points",
    "user_streaks",
    "points_history",
    "enrollments",
    "lesson_progress",
    "sessions",
    "login_failures",
)


@pytest.fixture(scope="module")
def lesson_id(conn):
    return builders.make_course(conn).lesson_ids[0]


@pytest.fixture
def rows(conn):
    """Every row of the tables that a body could reach, with the transaction that wrote it."""
    return lambda: {
        table: conn.execute(f"select t.xmin, t::text from {table} as t order by 2").fetchall()
        for table in TABLES
    }


@pytest.fixture
def send(app, conn, document, lesson_id):
    """Send the body of an operation as a learner who is enrolled in everything."""
    user = builders.make_user(conn)
    conn.execute(
        "insert into enrollments (user_id, course_id) select %s, id from courses", [user.id]
    )
    client = anonymous(app)
    client.set_cookie("access_token", builders.access_token(app, conn, user))
    named = {o["operationId"]: where for where, o in document.operations.items()}

    def call(operation, body, **kwargs):
        method, path = named[operation]
        return client.open(path.format(lesson_id=lesson_id), method=method, json=body, **kwargs)

    return call


def test_every_operation_with_a_body_is_tried(document):
    assert {o["operationId"] for o in document.operations.values() if "requestBody" in o} == set(
        BODIES
    )


@pytest.mark.parametrize("operation", BODIES)
def test_what_is_not_the_callers_to_say_is_refused_and_changes_nothing(send, rows, operation):
    before = rows()
    for name, value in FORBIDDEN.items():
        assert_problem(send(operation, BODIES[operation] | {name: value}), "invalid", name)
    assert_problem(send(operation, BODIES[operation] | FORBIDDEN), "invalid", *FORBIDDEN)
    assert rows() == before


@pytest.mark.parametrize("operation", BODIES)
def test_in_the_query_it_means_nothing(send, conn, operation):
    query = {name: str(value) for name, value in FORBIDDEN.items()}
    answer = send(operation, BODIES[operation], query_string=query)
    assert answer.status_code in (200, 201, 204, 401)
    roles = conn.execute("select distinct role, email_verified_at from users").fetchall()
    assert roles == [("learner", None)]
    assert conn.execute("select coalesce(max(points), 0) from points_history").fetchone()[0] <= 10


def test_a_row_that_changed_would_be_noticed(send, rows):
    before = rows()
    assert send("record_progress", BODIES["record_progress"]).status_code == 200
    after = rows()
    assert [table for table in TABLES if before[table] != after[table]] == [
        "user_points", "points_history", "lesson_progress",
    ]  # fmt: skip
