"""The file of learners is sent in pages, and half of it is never taken for the whole."""

import contextlib
import http.client

import builders
import live
import psycopg
import pytest
from conftest import anonymous
from learners_csv import parsed, path
from problems import assert_problem
from watching import crowd

from courseapp.learners_file import PAGE


def test_no_connection_is_held_while_the_client_reads(make_app, begin, conn, course):
    app = make_app(DATABASE_POOL_SIZE="1", DATABASE_POOL_TIMEOUT_SECONDS="1")
    crowd(conn, course, 3 * PAGE)
    answer, data = begin(app), b""
    for part in answer.response:
        assert anonymous(app).get(f"/api/v1/courses/{course.id}").status_code == 200
        data += part
    answer.close()
    assert len(parsed(data)) == 3 * PAGE


def test_it_comes_in_parts_of_a_page(begin, conn, course):
    crowd(conn, course, 3 * PAGE)
    answer = begin()
    assert "Content-Length" not in answer.headers
    assert [part.count(b"\r\n") for part in answer.response] == [PAGE + 1, PAGE, PAGE, 0]
    answer.close()


def test_what_is_read_later_is_as_it_is_then(begin, conn, course):
    last = crowd(conn, course, PAGE + 1)[-1]
    answer = begin()
    parts = iter(answer.response)
    next(parts)
    conn.execute("update users set full_name = 'Zoe' where id = %s", [last])
    assert b",Zoe," in next(parts)
    answer.close()


def test_who_stops_reading_leaves_nothing_behind(begin, conn, course):
    crowd(conn, course, 3 * PAGE)
    answer = begin()
    next(iter(answer.response))
    answer.close()
    assert conn.execute(
        "select count(*) from pg_stat_activity where state <> 'idle'"
        " and application_name = 'courseapp' and datname = current_database()"
    ).fetchone() == (0,)


@pytest.fixture
def break_the_database(conn):
    """Afterwards what a page reads is not there."""
    yield lambda: conn.execute("alter table lesson_progress rename to elsewhere")
    conn.execute("alter table if exists elsewhere rename to lesson_progress")


def test_what_fails_before_the_first_line_is_a_problem(
    as_user, instructor, course, break_the_database
):
    client = as_user(instructor)
    client.broken_on_purpose = "no operation documents a mistake of ours"
    break_the_database()
    assert_problem(client.get(path(course)), "internal")


def test_what_fails_later_ends_it_and_is_logged_with_the_request(
    begin, conn, course, break_the_database, caplog
):
    crowd(conn, course, 2 * PAGE)
    answer = begin(headers={"X-Request-ID": "of-the-file"})
    parts = iter(answer.response)
    assert next(parts)
    break_the_database()
    with pytest.raises(psycopg.errors.UndefinedTable):
        next(parts)
    answer.close()
    assert f"request of-the-file {path(course)} breaks off: UndefinedTable" in caplog.text


@pytest.fixture(scope="module")
def served(environ, tmp_path_factory):
    """The address of a real server."""
    with live.gunicorn(environ, tmp_path_factory.mktemp("gunicorn") / "log") as (_, address):
        yield address


@pytest.fixture
def download(served, app, conn, instructor, course):
    """The status of the answer to a real server's client, and the body."""

    def read(version=11):
        connection = http.client.HTTPConnection(served.removeprefix("http://"), timeout=10)
        connection._http_vsn, connection._http_vsn_str = version, f"HTTP/1.{version % 10}"
        token = builders.access_token(app, conn, instructor)
        connection.request("GET", path(course), headers={"Authorization": f"Bearer {token}"})
        with contextlib.closing(connection):
            answer = connection.getresponse()
            return answer.status, answer.read()

    return read


@pytest.mark.parametrize("version", [10, 11])
def test_a_real_server_sends_all_of_it(download, conn, course, version):
    crowd(conn, course, 5 * PAGE)
    status, data = download(version)
    assert (status, len(parsed(data))) == (200, 5 * PAGE)


def spoil(conn, user_id):
    """A learner whose line cannot be written: Python's calendar ends before."""
    conn.execute("update enrollments set enrolled_at = 'infinity' where user_id = %s", [user_id])


def test_half_a_file_is_no_file_for_a_client(download, conn, course):
    spoil(conn, crowd(conn, course, 5 * PAGE)[3 * PAGE])
    with pytest.raises(http.client.IncompleteRead) as failure:
        download()
    assert failure.value.partial.startswith(b"\xef\xbb\xbfuser_id,")


def test_a_client_that_cannot_tell_gets_no_half_file(download, conn, course):
    """Of HTTP/1.0: to it every end is the end."""
    spoil(conn, crowd(conn, course, 5 * PAGE)[3 * PAGE])
    status, data = download(10)
    assert status >= 400
    assert b"user_id" not in data
