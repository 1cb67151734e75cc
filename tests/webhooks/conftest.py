"""A lesson whose video is on its way, and Mux that tells about it."""

from types import SimpleNamespace

import builders
import pytest
from mux_service import headers

WEBHOOK = "/api/v1/webhooks/mux"


@pytest.fixture
def tell(client):
    """Send an event as Mux does; the answer."""

    def tell(body, by=None, **signing):
        return (by or client).post(WEBHOOK, data=body, headers=headers(body, **signing))

    return tell


@pytest.fixture
def author(as_user, conn):
    """A client of somebody who teaches; `author.user`."""
    user = builders.make_user(conn, "instructor")
    client = as_user(user)
    client.user = user
    return client


@pytest.fixture
def lesson(conn, author):
    """A published lesson without a video, in their published course."""
    empty = {"mux_playback_id": None, "duration_seconds": None}
    course = builders.make_course(conn, lessons=1, instructor=author.user, lesson=empty)
    return SimpleNamespace(id=course.lesson_ids[0], course=course)


@pytest.fixture
def begin(author, conn):
    """Open an upload for a lesson; Mux's name of it."""

    def begin(lesson):
        answer = author.post(f"/api/v1/lessons/{lesson.id}/uploads")
        assert answer.status_code == 201
        query = "select mux_upload_id from video_uploads where id = %s"
        return conn.execute(query, [answer.json["id"]]).fetchone()[0]

    return begin


@pytest.fixture
def upload(begin, lesson):
    """The upload of that lesson."""
    return begin(lesson)


@pytest.fixture
def shown(conn):
    """What a lesson shows: playback id and duration."""
    query = "select mux_playback_id, duration_seconds from lessons where id = %s"
    return lambda lesson: conn.execute(query, [lesson.id]).fetchone()


@pytest.fixture
def states(author):
    """What the author is told of a lesson's uploads, oldest first."""

    def states(lesson):
        items = author.get(f"/api/v1/lessons/{lesson.id}/uploads").json["items"]
        return [(item["status"], item["message"]) for item in reversed(items)]

    return states


@pytest.fixture
def everything(conn):
    """Every row that an event could change, with the transaction that wrote it."""
    tables = ("lessons", "video_uploads", "mux_events", "audit_log", "cache_drops")
    return lambda: {
        table: conn.execute(f"select t.xmin, t::text from {table} as t order by 2").fetchall()
        for table in tables
    }
