"""POST /api/v1/lessons/<id>/uploads: an address at Mux for the video of a lesson."""

from datetime import UTC, datetime, timedelta

import builders
import pytest
from problems import assert_problem

from courseapp.mux import UPLOAD_SECONDS

SETTLE = "update video_uploads set status = 'ready' where id = %s"


@pytest.mark.parametrize("role", ["instructor", "admin"])
def test_the_staff_get_an_address_to_send_the_file_to(
    as_user, conn, mux, instructor, course, path, uploads, role
):
    client = as_user(instructor if role == "instructor" else builders.make_user(conn, role))
    answer = client.post(path)
    assert answer.status_code == 201
    ((upload_id, mux_upload_id, status, message),) = uploads(course.lesson_ids[0])
    opened = mux.uploads[mux_upload_id]
    assert answer.json == {
        "id": upload_id,
        "url": opened["url"],
        "expires_at": answer.json["expires_at"],
        "status": "waiting",
    }
    assert (status, message) == ("waiting", None)
    left = datetime.fromisoformat(answer.json["expires_at"]) - datetime.now(UTC)
    assert timedelta(seconds=UPLOAD_SECONDS - 60) < left <= timedelta(seconds=UPLOAD_SECONDS)
    assert answer.headers["Cache-Control"] == "no-store"


def test_mux_is_told_all_that_it_has_to_know(as_user, mux, instructor, course, path, uploads):
    as_user(instructor).post(path)
    opened = mux.uploads[uploads(course.lesson_ids[0])[0][1]]
    assert opened["timeout"] == UPLOAD_SECONDS
    assert opened["cors_origin"] == "http://localhost"
    assert opened["new_asset_settings"] == {
        "playback_policies": ["public"],
        "passthrough": f"lesson-{course.lesson_ids[0]}",
    }


@pytest.mark.parametrize(
    ("sent", "origin"),
    [
        ({}, "https://courses.example.com"),
        ({"Origin": "https://courses.example.com"}, "https://courses.example.com"),
        # TLS ends at the load balancer.
        ({"Origin": "http://courses.example.com"}, "http://courses.example.com"),
        ({"Origin": "https://www.example.com"}, "https://www.example.com"),
        # Which no browser says.
        ({"Origin": "https://x.org", "Sec-Fetch-Site": "none"}, "https://courses.example.com"),
    ],
)
def test_only_the_page_that_asks_may_send_the_file(
    make_app, conn, mux, instructor, course, path, uploads, sent, origin
):
    app = make_app(ALLOWED_ORIGINS="https://www.example.com")
    client = app.test_client()
    token = builders.access_token(app, conn, instructor)
    headers = sent | {"Authorization": f"Bearer {token}"}
    answer = client.post(path, base_url="https://courses.example.com", headers=headers)
    assert answer.status_code == 201
    assert mux.uploads[uploads(course.lesson_ids[0])[0][1]]["cors_origin"] == origin


def test_it_is_noted_who_asked(as_user, conn, instructor, course, path):
    upload_id = as_user(instructor).post(path).json["id"]
    query = "select actor_id, action, details from audit_log where target_type = 'lesson'"
    noted = conn.execute(f"{query} and target_id = %s", [course.lesson_ids[0]]).fetchall()
    assert noted == [(instructor.id, "video_upload_created", {"upload_id": upload_id})]


def test_a_newer_upload_takes_the_place_of_the_one_that_waits(
    as_user, conn, instructor, course, path, uploads
):
    client = as_user(instructor)
    first, second = (client.post(path).json["id"] for _ in range(2))
    conn.execute(SETTLE, [second])
    third = client.post(path).json["id"]
    assert [(row[0], *row[2:]) for row in uploads(course.lesson_ids[0])] == [
        (first, "failed", "A newer upload has taken its place."),
        (second, "ready", None),
        (third, "waiting", None),
    ]


def test_uploads_of_other_lessons_go_on(as_user, conn, instructor, course, path, uploads):
    other = builders.make_lesson(conn, course)
    client = as_user(instructor)
    client.post(f"/api/v1/lessons/{other}/uploads")
    client.post(path)
    assert [row[2] for row in uploads(other)] == ["waiting"]


def test_a_text_lesson_has_no_video(as_user, conn, mux, instructor, course):
    lesson_id = builders.make_lesson(conn, course, kind="text", mux_playback_id=None)
    before = len(mux.uploads)
    answer = as_user(instructor).post(f"/api/v1/lessons/{lesson_id}/uploads")
    assert_problem(answer, "conflict")
    assert answer.json["detail"] == "A text lesson has no video"
    assert len(mux.uploads) == before


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_whom_it_does_not_concern_is_refused(as_user, client, conn, mux, course, path, method):
    """Who may see the lesson is told so; tests/contracts/authorization.py has all the cases."""
    before, stranger = len(mux.uploads), as_user(builders.make_user(conn, "instructor"))
    assert_problem(client.open(path, method=method), "unauthenticated")
    assert_problem(stranger.open(path, method=method), "forbidden")
    conn.execute("update lessons set published_at = null where id = %s", course.lesson_ids)
    assert_problem(stranger.open(path, method=method), "not_found")
    assert len(mux.uploads) == before


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_what_does_not_exist_is_404(as_user, conn, course, path, method):
    admin = as_user(builders.make_user(conn, "admin"))
    conn.execute(
        "update lessons set published_at = null, archived_at = now() where id = %s",
        course.lesson_ids,
    )
    for lesson in (path, "/api/v1/lessons/999999999/uploads", "/api/v1/lessons/x/uploads"):
        assert_problem(admin.open(lesson, method=method), "not_found")
