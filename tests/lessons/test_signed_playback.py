"""GET /api/v1/lessons/<id>, and …/playback, with a Mux signing key: addresses for a while."""

import base64
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import builders
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from problems import assert_problem

KID = "key-of-the-test"


def pem(key, encryption=None):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def encoded(raw):
    return base64.b64encode(raw).decode()


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def signing_app(make_app, key):
    return make_app(MUX_SIGNING_KEY_ID=KID, MUX_SIGNING_PRIVATE_KEY=encoded(pem(key)))


@pytest.fixture
def watch(signing_app, conn, learner):
    """Watch the first lesson of a course that the learner is in, or ask where its video is."""

    def watch(course, part=""):
        builders.enroll(conn, learner, course)
        client = signing_app.test_client()
        client.set_cookie("access_token", builders.access_token(signing_app, conn, learner))
        return client.get(f"/api/v1/lessons/{course.lesson_ids[0]}{part}")

    return watch


def token(url):
    return parse_qs(urlsplit(url).query)["token"][0]


@pytest.mark.parametrize(
    ("name", "audience", "address"),
    [
        ("hls_url", "v", "https://stream.mux.com/abc123.m3u8"),
        ("thumbnail_url", "t", "https://image.mux.com/abc123/thumbnail.jpg"),
    ],
)
def test_each_address_carries_a_token_of_its_own(watch, conn, key, name, audience, address):
    course = builders.make_course(conn, lessons=1, lesson={"mux_playback_id": "abc123"})
    before = time.time()
    playback = watch(course).json["playback"]
    after = time.time()
    url = playback[name]
    assert url.partition("?")[0] == address
    claims = jwt.decode(token(url), key.public_key(), ["RS256"], audience=audience)
    assert claims.keys() == {"sub", "aud", "exp", "kid"}
    assert (claims["sub"], claims["aud"], claims["kid"]) == ("abc123", audience, KID)
    assert before + 3600 < claims["exp"] <= after + 2 * 3600
    assert playback["expires_at"] == datetime.fromtimestamp(claims["exp"], UTC).isoformat()
    assert jwt.get_unverified_header(token(url))["kid"] == KID


def test_everything_else_is_as_without_a_key(watch, as_user, conn, learner):
    course = builders.make_course(conn, title='Łódź "quoted"', lesson={"body": "żółw\n\\"})
    signed = watch(course).json
    plain = as_user(learner).get(f"/api/v1/lessons/{course.lesson_ids[0]}").json
    assert signed["playback"].pop("expires_at")
    signed["playback"] = {k: url.partition("?")[0] for k, url in signed["playback"].items()}
    signed["playback"]["expires_at"] = None
    assert signed == plain


@pytest.fixture
def ask_at(signing_app, make_app, key, monkeypatch):
    """Ask for a preview at a moment, of an app whose tokens last for some seconds."""
    apps = {7200: signing_app}

    def ask_at(moment, path, seconds=7200, **headers):
        signing = {"MUX_SIGNING_KEY_ID": KID, "MUX_SIGNING_PRIVATE_KEY": encoded(pem(key))}
        if seconds not in apps:
            apps[seconds] = make_app(**signing, PLAYBACK_TOKEN_SECONDS=str(seconds))
        clock = SimpleNamespace(time=lambda: moment)
        monkeypatch.setattr("courseapp.playback.time", clock)
        return apps[seconds].test_client().get(path, headers=headers)

    return ask_at


@pytest.fixture
def preview(conn):
    """The path of a lesson that everybody may watch."""
    course = builders.make_course(conn, lesson={"is_preview": True})
    return f"/api/v1/lessons/{course.lesson_ids[0]}"


@pytest.mark.parametrize("part", ["", "/playback"])
def test_the_etag_stays_the_same_within_the_hour(ask_at, preview, part):
    hour = int(time.time()) // 3600 * 3600
    first, last, later = (ask_at(hour + s, preview + part) for s in (0, 3599.9, 3600))
    assert first.headers["ETag"] == last.headers["ETag"] != later.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("seconds", [600, 601, 7200, 604_800])
def test_who_is_told_that_nothing_has_changed_has_half_of_the_time_left(ask_at, preview, seconds):
    path, step = f"{preview}/playback", seconds // 2
    begin = int(time.time()) // step * step
    first = ask_at(begin, path, seconds)
    expires = datetime.fromisoformat(first.json["expires_at"]).timestamp()
    assert expires - begin == 2 * step
    etag = {"If_None_Match": first.headers["ETag"]}
    assert ask_at(begin + step - 0.1, path, seconds, **etag).status_code == 304
    again = ask_at(begin + step, path, seconds, **etag)
    assert again.status_code == 200
    assert datetime.fromisoformat(again.json["expires_at"]).timestamp() == expires + step


def test_the_playback_alone_is_the_one_of_the_lesson(
    ask_at, preview, watch, conn, as_user, learner
):
    now = time.time()
    lesson, playback = ask_at(now, preview).json, ask_at(now, f"{preview}/playback").json
    assert lesson["playback"] == playback
    course = builders.make_course(conn)
    addresses = watch(course, "/playback").json
    assert token(addresses["hls_url"]) != token(addresses["thumbnail_url"])
    # Without a key there is no token, and so none that expires.
    plain = as_user(learner).get(f"/api/v1/lessons/{course.lesson_ids[0]}/playback").json
    assert plain == {
        "hls_url": addresses["hls_url"].partition("?")[0],
        "thumbnail_url": addresses["thumbnail_url"].partition("?")[0],
        "expires_at": None,
    }


def test_a_lesson_without_a_video_needs_no_token(watch, conn):
    answer = watch(builders.make_course(conn, lesson={"kind": "text", "mux_playback_id": None}))
    assert answer.status_code == 200
    assert answer.json["playback"] is None


def test_of_a_lesson_without_a_video_there_is_no_playback(watch, conn):
    course = builders.make_course(conn, lesson={"mux_playback_id": None})
    assert_problem(watch(course, "/playback"), "not_found")


def test_who_may_not_know_whether_there_is_a_video_is_not_told(client, conn):
    course = builders.make_course(conn, lesson={"mux_playback_id": None})
    path = f"/api/v1/lessons/{course.lesson_ids[0]}/playback"
    assert_problem(client.get(path), "unauthenticated")


def test_a_preview_is_signed_for_the_anonymous(signing_app, conn, key):
    course = builders.make_course(conn, lesson={"is_preview": True})
    answer = signing_app.test_client().get(f"/api/v1/lessons/{course.lesson_ids[0]}")
    claims = jwt.decode(
        token(answer.json["playback"]["hls_url"]), key.public_key(), ["RS256"], audience="v"
    )
    assert claims["sub"] == answer.json["mux_playback_id"]
