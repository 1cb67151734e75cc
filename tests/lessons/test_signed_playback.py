"""GET /api/v1/lessons/<id> with a Mux signing key: addresses that work for a while."""

import base64
import time
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import builders
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from courseapp.config import ConfigError

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
    """Watch the first lesson of a course that the learner is in."""

    def watch(course):
        builders.enroll(conn, learner, course)
        client = signing_app.test_client()
        client.set_cookie("access_token", builders.access_token(signing_app, conn, learner))
        return client.get(f"/api/v1/lessons/{course.lesson_ids[0]}")

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
    url = watch(course).json["playback"][name]
    after = time.time()
    assert url.partition("?")[0] == address
    claims = jwt.decode(token(url), key.public_key(), ["RS256"], audience=audience)
    assert claims.keys() == {"sub", "aud", "exp", "kid"}
    assert (claims["sub"], claims["aud"], claims["kid"]) == ("abc123", audience, KID)
    assert before + 5 * 3600 < claims["exp"] <= after + 6 * 3600
    assert jwt.get_unverified_header(token(url))["kid"] == KID


def test_everything_else_is_as_without_a_key(watch, as_user, conn, learner):
    course = builders.make_course(conn, title='Łódź "quoted"', lesson={"body": "żółw\n\\"})
    signed = watch(course).json
    plain = as_user(learner).get(f"/api/v1/lessons/{course.lesson_ids[0]}").json
    signed["playback"] = {k: url.partition("?")[0] for k, url in signed["playback"].items()}
    assert signed == plain


def test_the_etag_stays_the_same_within_the_hour(signing_app, conn, monkeypatch):
    course = builders.make_course(conn, lesson={"is_preview": True})
    path = f"/api/v1/lessons/{course.lesson_ids[0]}"

    def etag_at(moment):
        clock = SimpleNamespace(time=lambda: moment)
        monkeypatch.setattr("courseapp.playback.time", clock)
        return signing_app.test_client().get(path).headers["ETag"]

    hour = int(time.time()) // 3600 * 3600
    assert etag_at(hour) == etag_at(hour + 3599.9)
    assert etag_at(hour) != etag_at(hour + 3600)


def test_a_lesson_without_a_video_needs_no_token(watch, conn):
    answer = watch(builders.make_course(conn, lesson={"kind": "text", "mux_playback_id": None}))
    assert answer.status_code == 200
    assert answer.json["playback"] is None


def test_a_preview_is_signed_for_the_anonymous(signing_app, conn, key):
    course = builders.make_course(conn, lesson={"is_preview": True})
    answer = signing_app.test_client().get(f"/api/v1/lessons/{course.lesson_ids[0]}")
    claims = jwt.decode(
        token(answer.json["playback"]["hls_url"]), key.public_key(), ["RS256"], audience="v"
    )
    assert claims["sub"] == answer.json["mux_playback_id"]


def test_the_traditional_form_of_a_key_works_too(make_app, key):
    raw = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    make_app(MUX_SIGNING_KEY_ID=KID, MUX_SIGNING_PRIVATE_KEY=encoded(raw))


@pytest.mark.parametrize("half", ["MUX_SIGNING_KEY_ID", "MUX_SIGNING_PRIVATE_KEY"])
def test_half_a_configuration_does_not_start(make_app, key, half):
    value = {"MUX_SIGNING_KEY_ID": KID, "MUX_SIGNING_PRIVATE_KEY": encoded(pem(key))}[half]
    with pytest.raises(ConfigError) as refused:
        make_app(**{half: value})
    assert "MUX_SIGNING_KEY_ID and MUX_SIGNING_PRIVATE_KEY go together" in refused.value.message


RSA = rsa.generate_private_key(65537, 2048)
BROKEN = {
    "no base64": "not base64!",
    "PEM without base64": pem(RSA).decode(),
    "no PEM": encoded(b"not PEM"),
    "cut off": encoded(pem(RSA)[:900]),
    "changed": encoded(pem(RSA).replace(b"A", b"B")),
    "with a password": encoded(pem(RSA, BestAvailableEncryption(b"secret"))),
    "the public half": encoded(
        RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    ),
    "elliptic curve": encoded(pem(ec.generate_private_key(ec.SECP256R1()))),
    "ed25519": encoded(pem(ed25519.Ed25519PrivateKey.generate())),
    "letters of another alphabet": "żółw",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_key_that_cannot_sign_does_not_start(make_app, kind):
    with pytest.raises(ConfigError) as refused:
        make_app(MUX_SIGNING_KEY_ID=KID, MUX_SIGNING_PRIVATE_KEY=BROKEN[kind])
    assert refused.value.message.startswith("MUX_SIGNING_PRIVATE_KEY is no ")
    # No part of a secret in a log.
    assert BROKEN[kind][:20] not in refused.value.message
