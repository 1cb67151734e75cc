"""A plugin of pytest: somebody who makes courses, and what is stored of what they did."""

import functools
import time
from concurrent.futures import ThreadPoolExecutor

import builders
import psycopg
import pytest

API = "/api/v1"


@pytest.fixture
def instructor(conn):
    """Who teaches what `taught` makes."""
    return builders.make_user(conn, "instructor")


@pytest.fixture
def author(as_user, instructor):
    """A client of the instructor."""
    return as_user(instructor)


@pytest.fixture
def taught(conn, instructor):
    """builders.make_course: one of the instructor's, not published unless asked for."""
    return functools.partial(builders.make_course, conn, instructor=instructor, published=False)


@pytest.fixture
def stored(conn):
    """The row of a table by id, as JSON, or None."""

    def row(table, row_id):
        found = conn.execute(f"select to_jsonb(t) from {table} as t where id = %s", [row_id])
        one = found.fetchone()
        return one and one[0]

    return row


@pytest.fixture
def audited(conn):
    """What the audit trail says was done to something: (actor, action, details)."""
    return lambda target_type, target_id: conn.execute(
        "select actor_id, action, details from audit_log"
        " where target_type = %s and target_id = %s order by id",
        [target_type, target_id],
    ).fetchall()


@pytest.fixture
def outline(client, conn, as_user):
    """What a course's staff see of it: a (module, lessons) each, by id and in order."""
    admin = as_user(builders.make_user(conn, "admin"))

    def read(course):
        modules = admin.get(f"{API}/courses/{course.id}").json["modules"]
        return [(m["id"], [lesson["id"] for lesson in m["lessons"]]) for m in modules]

    return read


@pytest.fixture
def held_up(environ, conn):
    """Send a request while somebody else's transaction holds it up; its answer.

    held_up(request, waits_in="folder.query", before=[…], after=[…]): the other one executes
    `before`, then, once the request waits in that statement, `after`, and commits.
    """
    waiting = (
        "select true from pg_stat_activity where datname = current_database()"
        " and wait_event_type = 'Lock' and query like %s"
    )

    def run(request, *, waits_in, before, after=()):
        with (
            psycopg.connect(environ["DATABASE_OWNER_URL"]) as other,
            ThreadPoolExecutor(1) as threads,
        ):
            for statement in before:
                other.execute(statement)
            answer = threads.submit(request)
            deadline = time.monotonic() + 10
            while not conn.execute(waiting, [f"/* {waits_in} */%"]).fetchone():
                assert not answer.done(), f"{answer.result().text} did not wait"
                assert time.monotonic() < deadline, f"nobody waits in {waits_in}"
                time.sleep(0.002)
            for statement in after:
                other.execute(statement)
            other.commit()
            return answer.result(10)

    return run
