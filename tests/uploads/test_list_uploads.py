"""GET /api/v1/lessons/<id>/uploads: what became of the videos that were sent."""

import builders

from courseapp.schemas.uploads import UploadListSchema


def test_there_are_none_at_first(as_user, instructor, path):
    answer = as_user(instructor).get(path)
    assert answer.json == {"items": [], "next_cursor": None}
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_the_newest_comes_first_with_what_became_of_it(as_user, conn, instructor, path):
    client = as_user(instructor)
    ids = [client.post(path).json["id"] for _ in range(3)]
    conn.execute("update video_uploads set status = 'ready' where id = %s", [ids[2]])
    listed = client.get(path).json
    assert not UploadListSchema().validate(listed)
    assert [(item["id"], item["status"], item["message"]) for item in listed["items"]] == [
        (ids[2], "ready", None),
        (ids[1], "failed", "A newer upload has taken its place."),
        (ids[0], "failed", "A newer upload has taken its place."),
    ]
    # It would let everybody send a file.
    assert "url" not in listed["items"][0]


def test_uploads_of_other_lessons_are_not_among_them(as_user, conn, instructor, course, path):
    client, other = as_user(instructor), builders.make_lesson(conn, course)
    client.post(f"/api/v1/lessons/{other}/uploads")
    assert client.get(path).json["items"] == []


def test_a_text_lesson_has_none(as_user, conn, instructor, course):
    lesson_id = builders.make_lesson(conn, course, kind="text", mux_playback_id=None)
    assert as_user(instructor).get(f"/api/v1/lessons/{lesson_id}/uploads").json["items"] == []


def test_of_very_many_the_newest_hundred_are_listed(as_user, conn, instructor, course, path):
    conn.execute(
        "insert into video_uploads (lesson_id, mux_upload_id, status, expires_at)"
        " select %s, 'many' || n, 'ready', now() from generate_series(1, 101) as n",
        course.lesson_ids,
    )
    ids = [item["id"] for item in as_user(instructor).get(path).json["items"]]
    assert len(ids) == 100
    assert ids == sorted(ids, reverse=True)
