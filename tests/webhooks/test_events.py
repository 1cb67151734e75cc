"""What an event of Mux does to the lesson that it is about."""

import builders
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lessons.test_signed_playback import KID, encoded, pem
from problems import assert_problem

LIST = "/api/v1/courses"


def test_a_video_that_is_ready_is_shown_with_its_real_duration(
    tell, mux, upload, lesson, shown, states
):
    asset = mux.asset(upload, duration=23.857167)
    answer = tell(mux.event("video.asset.ready", asset))
    assert (answer.status_code, answer.data) == (204, b"")
    assert shown(lesson) == (asset["playback_ids"][0]["id"], 24)
    assert states(lesson) == [("ready", None)]


def test_an_author_who_has_seen_the_lesson_without_it_changes_it_only_knowingly(
    tell, mux, upload, lesson, author
):
    path = f"/api/v1/lessons/{lesson.id}"
    seen = {"If-Match": author.get(path).headers["ETag"]}
    tell(mux.ready(upload))
    assert_problem(
        author.patch(path, json={"duration_seconds": 7}, headers=seen), "precondition_failed"
    )


def test_whoever_watches_gets_it(tell, mux, upload, lesson, as_user, conn, learner):
    builders.enroll(conn, learner, lesson.course)
    client = as_user(learner)
    assert client.get(f"/api/v1/lessons/{lesson.id}").json["playback"] is None
    tell(mux.ready(upload, playback_ids=[{"id": "abc123", "policy": "public"}]))
    watched = client.get(f"/api/v1/lessons/{lesson.id}").json
    assert (watched["mux_playback_id"], watched["duration_seconds"]) == ("abc123", 24)
    assert watched["playback"]["hls_url"] == "https://stream.mux.com/abc123.m3u8"


@pytest.mark.parametrize(
    ("measured", "seconds"),
    [(0, 1), (0.2, 1), (1, 1), (59.0, 59), (59.0001, 60), (43_200, 43_200), (None, None)],
)
def test_a_part_of_a_second_counts_as_one(tell, mux, upload, lesson, shown, measured, seconds):
    tell(mux.ready(upload, duration=measured))
    assert shown(lesson)[1] == seconds


def test_the_playback_id_is_the_one_that_this_service_can_show(
    tell, mux, upload, lesson, shown, states
):
    several = [{"id": policy, "policy": policy} for policy in ("drm", "signed", "public")]
    tell(mux.ready(upload, playback_ids=several))
    assert shown(lesson)[0] == "public"
    assert states(lesson) == [("ready", None)]


@pytest.mark.parametrize("ids", [[], None, [{"id": "abc", "policy": "signed"}]])
def test_without_such_an_id_the_author_has_to_send_it_again(
    tell, mux, upload, lesson, shown, states, ids
):
    assert tell(mux.ready(upload, playback_ids=ids)).status_code == 204
    assert shown(lesson) == (None, None)
    assert states(lesson) == [
        ("failed", "Mux made no public playback id. Send the file again."),
    ]


FAILURES = {
    "an asset that errored": (
        lambda mux, upload: mux.failed(upload, "Invalid input file.", "No video track."),
        "Invalid input file. No video track.",
    ),
    "one that says less": (lambda mux, upload: mux.failed(upload), "invalid_input"),
    "one that says nothing": (
        lambda mux, upload: mux.event("video.asset.errored", mux.asset(upload)),
        "Mux could not use the file.",
    ),
    "one that says too much": (lambda mux, upload: mux.failed(upload, "ż" * 9000), "ż" * 500),
    "an upload that errored": (
        lambda mux, upload: mux.upload_event(
            "errored", upload, error={"type": "unsupported", "message": "No video."}
        ),
        "No video.",
    ),
    "one without a reason": (
        lambda mux, upload: mux.upload_event("errored", upload, error=None),
        "Mux could not use the file.",
    ),
    "an upload that was cancelled": (
        lambda mux, upload: mux.upload_event("cancelled", upload),
        "The upload was cancelled.",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_to_the_author_and_the_lesson_keeps_what_it_has(
    tell, mux, begin, lesson, shown, states, name
):
    tell(mux.ready(begin(lesson), playback_ids=[{"id": "before", "policy": "public"}]))
    make, message = FAILURES[name]
    assert tell(make(mux, begin(lesson))).status_code == 204
    assert states(lesson) == [("ready", None), ("failed", message)]
    assert shown(lesson) == ("before", 24)


def test_it_is_noted_what_mux_did(tell, mux, begin, lesson, conn):
    tell(mux.failed(begin(lesson), "No video."))
    tell(mux.ready(begin(lesson), playback_ids=[{"id": "abc", "policy": "public"}]))
    query = "select actor_id, action, details - 'upload_id' from audit_log"
    query += " where target_type = 'lesson' and target_id = %s and actor_id is null order by id"
    assert conn.execute(query, [lesson.id]).fetchall() == [
        (None, "video_failed", {"message": "No video."}),
        (None, "video_ready", {"mux_playback_id": "abc", "duration_seconds": 24}),
    ]


@pytest.mark.parametrize("newer", ["waits", "is ready", "has failed"])
def test_only_the_newest_upload_decides(tell, mux, begin, lesson, shown, states, newer):
    older, newest = begin(lesson), begin(lesson)
    replaced = ("failed", "A newer upload has taken its place.")
    if newer == "is ready":
        tell(mux.ready(newest, playback_ids=[{"id": "newest", "policy": "public"}]))
    if newer == "has failed":
        tell(mux.failed(newest, "No video."))
    before = shown(lesson)
    assert tell(mux.ready(older)).status_code == 204
    assert shown(lesson) == before
    last = {"waits": ("waiting", None), "is ready": ("ready", None)}
    assert states(lesson) == [replaced, last.get(newer, ("failed", "No video."))]


@pytest.mark.parametrize("change", ["archived_at = now(), published_at = null", "kind = 'text'"])
def test_a_lesson_that_takes_no_video_any_more_gets_none(
    tell, mux, upload, lesson, shown, conn, change
):
    conn.execute(f"update lessons set {change} where id = %s", [lesson.id])
    assert tell(mux.ready(upload)).status_code == 204
    assert shown(lesson) == (None, None)
    query = "select status, message from video_uploads where mux_upload_id = %s"
    told = conn.execute(query, [upload]).fetchone()
    assert told == ("failed", "The lesson takes no video any more.")


def test_the_list_of_courses_has_the_new_duration_at_once(tell, client, mux, upload, lesson):
    def listed():
        items = client.get(LIST).json["items"]
        return next(c["duration_seconds"] for c in items if c["id"] == lesson.course.id)

    assert (listed(), listed()) == (0, 0)
    tell(mux.ready(upload))
    assert listed() == 24


def test_what_mux_adds_to_its_events_does_not_matter(tell, mux, upload, lesson, shown):
    new = {"a": [{"b": None}] * 50}
    body = mux.event("video.asset.ready", mux.asset(upload, new=new), new=new)
    assert tell(body).status_code == 204
    assert shown(lesson)[1] == 24


def test_with_a_signing_key_the_video_is_protected(
    make_app, tell, mux, lesson, shown, conn, author
):
    key = rsa.generate_private_key(65537, 2048)
    app = make_app(MUX_SIGNING_KEY_ID=KID, MUX_SIGNING_PRIVATE_KEY=encoded(pem(key)))
    client = app.test_client()
    token = builders.access_token(app, conn, author.user)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.post(f"/api/v1/lessons/{lesson.id}/uploads", headers=headers).status_code == 201
    upload = list(mux.uploads)[-1]
    settings = mux.uploads[upload]["new_asset_settings"]
    assert settings["playback_policies"] == ["signed"]
    ids = [{"id": "open", "policy": "public"}, {"id": "closed", "policy": "signed"}]
    assert tell(mux.ready(upload, playback_ids=ids), by=client).status_code == 204
    assert shown(lesson)[0] == "closed"
