"""Events of Mux that are taken and change nothing: copies, late ones, and other people's."""

import pytest


def test_an_event_that_comes_twice_counts_once(tell, mux, upload, lesson, conn, everything):
    body = mux.ready(upload)
    assert tell(body).status_code == 204
    conn.execute("update lessons set duration_seconds = 77 where id = %s", [lesson.id])
    before = everything()
    assert [tell(body).status_code for _ in range(3)] == [204] * 3
    assert everything() == before


def test_a_failure_that_comes_twice_counts_once(tell, mux, upload, everything):
    body = mux.failed(upload, "No video.")
    tell(body)
    before = everything()
    assert tell(body).status_code == 204
    assert everything() == before


@pytest.mark.parametrize("late", ["errored", "cancelled"])
def test_what_has_been_said_last_of_a_video_that_is_ready_changes_nothing(
    tell, mux, upload, lesson, shown, states, late
):
    tell(mux.ready(upload))
    before = shown(lesson)
    assert tell(mux.upload_event(late, upload)).status_code == 204
    assert tell(mux.failed(upload, "Late.")).status_code == 204
    assert (shown(lesson), states(lesson)) == (before, [("ready", None)])


def test_a_failure_is_the_end_of_an_upload(tell, mux, upload, lesson, shown, states):
    tell(mux.failed(upload, "No video."))
    tell(mux.ready(upload))
    assert shown(lesson) == (None, None)
    assert states(lesson) == [("failed", "No video.")]


IGNORED = {
    "another type": lambda mux, upload: mux.event("video.asset.created", mux.asset(upload)),
    "a type of later": lambda mux, upload: mux.event("robots.job.done", {"id": 7}),
    "a type without data": lambda mux, upload: mux.event("video.upload.created", {}),
    "an upload that is not ours": lambda mux, upload: mux.ready("upload0"),
    "an asset without an upload": lambda mux, upload: mux.ready(None),
    "another lesson": lambda mux, upload: mux.ready(upload, passthrough="lesson-1"),
    "another system": lambda mux, upload: mux.ready(upload, passthrough='{"event": 1}'),
    "an upload for another lesson": lambda mux, upload: mux.upload_event(
        "cancelled", upload, new_asset_settings={"passthrough": "lesson-1"}
    ),
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_does_not_concern_us_is_taken_and_does_nothing(tell, mux, upload, everything, name):
    before = everything()
    answer = tell(IGNORED[name](mux, upload))
    assert (answer.status_code, answer.data) == (204, b"")
    assert everything() == before
