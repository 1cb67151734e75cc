"""Authors and their lessons."""

import builders
import pytest


@pytest.fixture
def instructor(conn):
    """Somebody who teaches."""
    return builders.make_user(conn, "instructor")


@pytest.fixture
def course(conn, instructor):
    """Their published course of one lesson without a video."""
    lesson = {"mux_playback_id": None, "duration_seconds": None}
    return builders.make_course(conn, lessons=1, instructor=instructor, lesson=lesson)


@pytest.fixture
def path(course):
    """The uploads of its lesson."""
    return f"/api/v1/lessons/{course.lesson_ids[0]}/uploads"


@pytest.fixture
def uploads(conn):
    """The rows of a lesson's uploads, oldest first."""
    query = "select id, mux_upload_id, status, message from video_uploads where lesson_id = %s"
    return lambda lesson_id: conn.execute(f"{query} order by id", [lesson_id]).fetchall()
