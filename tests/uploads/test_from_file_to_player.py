"""On real sockets: an author sends a file, Mux makes a video of it, a learner watches."""

import json
import time
import urllib.request

import builders
import live
import mux_service
import pytest

SIGN = mux_service.sign


@pytest.fixture(scope="module")
def address(environ, mux, tmp_path_factory):
    """Where a real service listens, to which Mux's events lead."""
    with live.gunicorn(environ, tmp_path_factory.mktemp("gunicorn") / "log") as (_, address):
        mux.webhook = f"{address}/api/v1/webhooks/mux"
        yield address
    mux.webhook = None


@pytest.fixture
def ask(app, conn, address):
    """Send a request to that service as somebody; its JSON."""

    def ask(user, path, method="GET"):
        headers = {"Authorization": f"Bearer {builders.access_token(app, conn, user)}"}
        request = urllib.request.Request(f"{address}/api/v1/{path}", None, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    return ask


def send(url, file):
    urllib.request.urlopen(urllib.request.Request(url, file, method="PUT"), timeout=10).close()


def wait(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_author_sends_a_file_and_a_learner_watches_the_video(
    ask, mux, conn, instructor, course, learner
):
    builders.enroll(conn, learner, course)
    lesson = f"lessons/{course.lesson_ids[0]}"
    assert ask(learner, lesson)["playback"] is None

    empty = ask(instructor, f"{lesson}/uploads", "POST")
    send(empty["url"], b"")
    wait(lambda: ask(instructor, f"{lesson}/uploads")["items"][0]["status"] == "failed")
    assert ask(instructor, f"{lesson}/uploads")["items"][0]["message"] == "Empty file"

    opened = ask(instructor, f"{lesson}/uploads", "POST")
    assert opened["status"] == "waiting"
    send(opened["url"], b"a film")
    wait(lambda: ask(instructor, f"{lesson}/uploads")["items"][0]["status"] == "ready")
    assert ask(learner, lesson)["duration_seconds"] == 24
    playback = ask(learner, f"{lesson}/playback")
    assert playback["hls_url"].startswith("https://stream.mux.com/public")
    wait(lambda: mux.deliveries == [204, 204])


def test_mux_goes_on_trying_until_the_signature_is_right(ask, mux, instructor, course, monkeypatch):
    mux.deliveries.clear()

    def sign(body):
        secret = "forgotten" if len(mux.deliveries) < 2 else mux_service.SECRET
        return SIGN(body, secret=secret)

    monkeypatch.setattr(mux_service, "sign", sign)
    lesson = f"lessons/{course.lesson_ids[0]}"
    send(ask(instructor, f"{lesson}/uploads", "POST")["url"], b"a film")
    wait(lambda: ask(instructor, f"{lesson}/uploads")["items"][0]["status"] == "ready")
    wait(lambda: mux.deliveries == [403, 403, 204])
