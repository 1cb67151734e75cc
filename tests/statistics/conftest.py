"""A course, its instructor, what the numbers are, and the file of its learners."""

import builders
import psycopg
import pytest
from flask.testing import FlaskClient
from learners_csv import parsed, path

from courseapp.db import configure
from courseapp.statistics import refresh


@pytest.fixture
def instructor(conn):
    """Somebody who teaches the course."""
    return builders.make_user(conn, role="instructor")


@pytest.fixture
def course(conn, instructor):
    """A published course with three lessons of 300 s."""
    return builders.make_course(conn, instructor=instructor)


@pytest.fixture
def counted(app, as_user, instructor, course):
    """Counts the course, as the service's role, and returns its numbers."""

    def numbers():
        with app.extensions["database"].connection() as conn:
            refresh(conn, course_id=course.id)
        return as_user(instructor).get(f"/api/v1/courses/{course.id}/statistics").json

    return numbers


@pytest.fixture
def get(as_user, instructor, course):
    """The answer as it is, without counting first."""
    return lambda **more: as_user(instructor).get(f"/api/v1/courses/{course.id}/statistics", **more)


@pytest.fixture
def get_file(as_user, instructor, course):
    """The answer to the instructor."""
    return lambda **more: as_user(instructor).get(path(course), **more)


@pytest.fixture
def lines(get_file):
    """The lines of the file as a program reads them."""

    def read():
        answer = get_file()
        assert answer.status_code == 200
        return parsed(answer.data)

    return read


@pytest.fixture
def begin(app, conn, instructor, course):
    """The answer of which nothing has been read yet."""

    def begin(app=app, **more):
        # The usual client reads it to its end, to check it.
        client = FlaskClient(app, app.response_class)
        client.set_cookie("access_token", builders.access_token(app, conn, instructor))
        return client.get(path(course), buffered=False, **more)

    return begin


@pytest.fixture
def connect(environ):
    """A connection of its own as the service has it."""

    def connect():
        conn = psycopg.connect(
            environ["DATABASE_URL"], autocommit=True, options="-c lock_timeout=2s"
        )
        configure(conn)
        return conn

    return connect


@pytest.fixture
def stored(conn):
    """What is stored of a course: its row, and those of its lessons."""

    def rows(course):
        of_course = conn.execute(
            "select to_jsonb(cs) - 'as_of' from course_statistics as cs where course_id = %s",
            [course.id],
        ).fetchone()
        of_lessons = conn.execute(
            "select to_jsonb(ls) from lesson_statistics as ls where lesson_id = any(%s)"
            " order by lesson_id",
            [course.lesson_ids],
        ).fetchall()
        return of_course, of_lessons

    return rows


@pytest.fixture
def as_of(conn):
    """When each course was counted, by its id."""
    return lambda: dict(conn.execute("select course_id, as_of from course_statistics").fetchall())


@pytest.fixture
def said(runner):
    """The lines that `flask statistics refresh` prints, without the time that it took."""

    def lines(*options):
        answer = runner.invoke(args=["statistics", "refresh", *options])
        assert answer.exit_code == 0, answer.output
        return [line.partition(" in ")[0] for line in answer.output.splitlines()]

    return lines
