"""Learners who have completed a course, and the worker that makes their certificates."""

import builders
import pytest

from courseapp.credential_keys import new_key

CERTIFICATES = "/api/v1/certificates"
PUBLIC_URL = "https://api.example.com"


@pytest.fixture(scope="module")
def app(make_app):
    """An app that signs credentials."""
    return make_app(PUBLIC_URL=PUBLIC_URL, CERTIFICATE_ISSUER="Akademia", CREDENTIAL_KEY=new_key())


@pytest.fixture
def course(conn):
    """A course of two lessons, with somebody who leads it."""
    lead = builders.make_user(conn, "instructor", full_name="Grace Hopper")
    return builders.make_course(conn, lessons=2, instructor=lead, title="Zażółć gęślą jaźń")


@pytest.fixture
def graduate(conn, as_user):
    """Somebody new who has completed a course: graduate(course, full_name=…), with a client."""

    def make(course, **user):
        learner = builders.make_user(conn, **{"full_name": "Ada Lovelace"} | user)
        builders.enroll(conn, learner, course)
        learner.client = as_user(learner)
        for lesson_id in course.lesson_ids:
            finish = {"watched_seconds": 300, "last_position_seconds": 300}
            answer = learner.client.post(
                f"/api/v1/progress/lessons/{lesson_id}",
                json=finish | {"completion_percentage": 100},
            )
            assert answer.status_code == 200
        return learner

    return make


@pytest.fixture
def issue():
    """Issue the certificate of a course; the answer."""
    return lambda learner, course: learner.client.post(f"{CERTIFICATES}/courses/{course.id}")


@pytest.fixture
def work(runner, conn):
    """Let the worker do everything that waits."""

    def once():
        conn.execute("update procrastinate_jobs set scheduled_at = null where status = 'todo'")
        answer = runner.invoke(args=["jobs", "work", "--once"])
        assert answer.exit_code == 0, answer.output

    return once


@pytest.fixture
def admin(conn, as_user):
    """A client of an admin; `admin.user`."""
    user = builders.make_user(conn, "admin")
    client = as_user(user)
    client.user = user
    return client


@pytest.fixture
def jobs(conn):
    """The jobs that wait or failed: (task, status, args)."""
    return lambda: conn.execute(
        "select task_name, status::text, args from procrastinate_jobs"
        " where queue_name = 'certificates' order by id"
    ).fetchall()


@pytest.fixture(autouse=True)
def without_jobs(conn):
    conn.execute("delete from procrastinate_jobs")
