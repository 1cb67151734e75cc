"""The database's clock, and learners who live by it."""

import functools

import builders
import pytest
from streaks.clock import Clock
from streaks.student import Student


@pytest.fixture(scope="module")
def clock(environ, conn):
    """The database's clock: clock.set(moment)."""
    return Clock(conn, environ["DATABASE_URL"])


@pytest.fixture(scope="module")
def app(make_app, clock):
    """The app on the module's database and its clock."""
    return make_app(DATABASE_URL=clock.url)


@pytest.fixture(scope="module", autouse=True)
def lessons(conn):
    """More lessons than any learner here completes. Achievements would only cost time."""
    conn.execute("update achievements set is_active = false")
    return builders.make_course(conn, lessons=200)


@pytest.fixture
def student(app, conn, clock, lessons):
    """A learner in a time zone: student(zone)."""
    return functools.partial(Student, app, conn, clock, lessons)
