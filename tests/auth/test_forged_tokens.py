"""Forged, borrowed and outlived tokens open nothing, in a cookie as little as in a header.

tests/auth/test_tokens.py has the plain ones: claims that are missing, another key, garbage.
"""

import base64
import hashlib
import hmac
import json
import time

import builders
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

API = "/api/v1"
ME = f"{API}/auth/me"


def encode(part):
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def sign(header, claims, key):
    """HS256 whatever the header and the claims say."""
    text = f"{encode(header)}.{encode(claims)}"
    return f"{text}.{encode(hmac.digest(key.encode(), text.encode(), hashlib.sha256))}"


@pytest.fixture
def good(app, conn, learner):
    """Header, claims and key of a token that is good."""
    token = builders.access_token(app, conn, learner)
    key = app.config["SECRET_KEYS"][0]
    return jwt.get_unverified_header(token), jwt.decode(token, key, algorithms=["HS256"]), key


@pytest.fixture
def statuses(new_client):
    """What a token gets, in a cookie, in a header, and in a header beside no cookie's token."""

    def call(token):
        bearer = {"Authorization": f"Bearer {token}"}
        return {
            new_client(access_token=token).get(ME).status_code,
            new_client().get(ME, headers=bearer).status_code,
            new_client(access_token="x").get(ME, headers=bearer).status_code,
            new_client(refresh_token=token, access_token=token).get(ME).status_code,
        }

    return call


def test_the_good_token_is_good(good, statuses):
    assert statuses(sign(*good)) == {200}


CLAIMS = {
    "sub as a number": lambda own: {"sub": int(own["sub"])},
    "sub as a list": lambda own: {"sub": [own["sub"]]},
    "sub as an object": {"sub": {"$gt": ""}},
    "sub as a float": lambda own: {"sub": own["sub"] + ".0"},
    "sub with a space": lambda own: {"sub": " " + own["sub"]},
    "sub with a line": lambda own: {"sub": own["sub"] + "\n"},
    "sub with underscores": lambda own: {"sub": "0_" + own["sub"]},
    "sub in other digits": lambda own: {"sub": chr(0x660) + own["sub"]},
    "sub huge": {"sub": "9" * 30},
    "sub endless": {"sub": "9" * 1500},
    "sub as SQL": {"sub": "1 or 1=1"},
    "sub null": {"sub": None},
    "sid negative": {"sid": -1},
    "sid huge": {"sid": 2**63},
    "sid larger still": {"sid": 10**400},
    "sid as text": lambda own: {"sid": str(own["sid"])},
    "sid as a float": lambda own: {"sid": float(own["sid"])},
    "sid true": {"sid": True},
    "sid null": {"sid": None},
    "sid as a list": lambda own: {"sid": [own["sid"]]},
    "typ in capitals": {"typ": "ACCESS"},
    "typ null": {"typ": None},
    "typ of another kind": {"typ": "refresh"},
    "typ as an object": {"typ": {"access": 1}},
    "gen as text": {"gen": "1"},
    "gen huge": {"gen": 2**70},
    "expired": {"exp": int(time.time()) - 10},
    "expired as a float": {"exp": 1.5},
    "exp null": {"exp": None},
    "exp as text": {"exp": "never"},
    "exp infinite": {"exp": float("inf")},
    "exp true": {"exp": True},
    "not yet valid": {"nbf": int(time.time()) + 1000},
    "nbf as text": {"nbf": "soon"},
    "for somebody else": {"aud": "another service"},
}


@pytest.mark.parametrize("name", CLAIMS)
def test_our_own_signature_under_other_claims_opens_nothing(good, statuses, name):
    header, claims, key = good
    changed = CLAIMS[name]
    changed = changed(claims) if callable(changed) else changed
    assert statuses(sign(header, claims | changed, key)) == {401}


HEADERS = {
    "none": {"alg": "none"},
    "None": {"alg": "None"},
    "nonE with a space": {"alg": " none"},
    "no alg": {"alg": None},
    "alg as a list": {"alg": ["HS256"]},
    "alg in small letters": {"alg": "hs256"},
    "HS384": {"alg": "HS384"},
    "RS256": {"alg": "RS256"},
    "ES256": {"alg": "ES256"},
    "kid as a path": {"kid": "../../../../dev/null"},
    "kid as a file": {"kid": "/proc/sys/kernel/randomize_va_space"},
    "kid as SQL": {"kid": "x' union select 'key' --"},
    "kid as a command": {"kid": "|id"},
    "kid empty": {"kid": ""},
    "kid with NUL": {"kid": "\0"},
    "kid of Python": {"kid": "__class__"},
    "kid as an address": {"kid": "https://evil.example.org/key"},
    "critical": {"crit": ["unknown"], "unknown": 1},
    "unencoded payload": {"b64": False, "crit": ["b64"]},
}


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("key", ["", "\0", "ours"])
def test_no_header_changes_how_a_token_is_verified(good, statuses, name, key):
    header, claims, our_key = good
    changed = {k: v for k, v in (header | HEADERS[name]).items() if v is not None}
    token = sign(changed, claims, our_key if key == "ours" else key)
    assert statuses(token) == {401}
    assert statuses(token.rpartition(".")[0] + ".") == {401}


@pytest.mark.parametrize("place", ["jwk", "jku", "x5u", "x5c"])
def test_a_key_that_the_token_brings_is_not_used(good, statuses, place):
    header, claims, _ = good
    brought = {
        "jwk": {"kty": "oct", "k": encode(b"mine")},
        "x5c": [encode(b"mine")],
    }.get(place, "https://evil.example.org/keys.json")
    assert statuses(sign(header | {place: brought}, claims, "mine")) == {401}


@pytest.mark.parametrize("public", ["the key's name", "the address", "RSA", "EC"])
def test_what_is_public_is_no_key(good, statuses, public):
    header, claims, _ = good
    keys = {
        "RSA": lambda: rsa.generate_private_key(65537, 2048),
        "EC": lambda: ec.generate_private_key(ec.SECP256R1()),
    }
    if public in keys:
        private = keys[public]()
        algorithm = {"RSA": "RS256", "EC": "ES256"}[public]
        assert statuses(jwt.encode(claims, private, algorithm, {"kid": header["kid"]})) == {401}
        pem = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        assert statuses(sign(header, claims, pem.decode())) == {401}
    else:
        key = header["kid"] if public == "the key's name" else "http://localhost"
        assert statuses(sign(header, claims, key)) == {401}


@pytest.mark.parametrize("part", [0, 1, 2])
def test_no_bit_can_be_flipped(good, new_client, part):
    parts = sign(*good).split(".")
    raw = decode(parts[part])
    for position in range(0, len(raw) * 8, 5):
        flipped = bytearray(raw)
        flipped[position // 8] ^= 1 << position % 8
        changed = [*parts]
        changed[part] = encode(bytes(flipped))
        token = {"Authorization": f"Bearer {'.'.join(changed)}"}
        assert new_client().get(ME, headers=token).status_code == 401


def test_the_session_of_somebody_else_is_not_ones_own(app, good, statuses, conn):
    header, claims, key = good
    other = builders.make_user(conn, role="admin")
    theirs = jwt.decode(builders.access_token(app, conn, other), key, algorithms=["HS256"])
    for changed in ({"sid": theirs["sid"]}, {"sub": theirs["sub"]}, {"sid": claims["sid"] + 999}):
        assert statuses(sign(header, claims | changed, key)) == {401}


ENDINGS = {
    "logout": lambda client, **_: client.post(f"{API}/auth/logout").status_code == 204,
    "a new password": lambda client, **_: (
        client.post(
            f"{API}/auth/password",
            json={"current_password": builders.PASSWORD, "new_password": "password1234"},
        ).status_code
        == 204
    ),
    "deactivation": lambda runner, user, **_: (
        runner.invoke(args=["users", "deactivate", user.email]).exit_code == 0
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_token_ends_with_its_session_everywhere(
    app, conn, learner, statuses, new_client, runner, ending
):
    course = builders.make_course(conn)
    builders.enroll(conn, learner, course)
    token = builders.access_token(app, conn, learner)
    assert statuses(token) == {200}
    done = ENDINGS[ending](client=new_client(access_token=token), runner=runner, user=learner)
    assert done
    assert statuses(token) == {401}
    body = {"watched_seconds": 1, "last_position_seconds": 1, "completion_percentage": 1}
    update = f"{API}/progress/lessons/{course.lesson_ids[0]}"
    assert new_client(access_token=token).post(update, json=body).status_code == 401


def test_after_a_demotion_the_role_is_what_the_database_says(app, conn, new_client, good):
    admin = builders.make_user(conn, role="admin")
    draft = builders.make_course(conn, published=False)
    client = new_client(access_token=builders.access_token(app, conn, admin))
    drafts = [f"{API}/courses/{draft.id}", f"{API}/courses?is_published=false"]
    assert [client.get(path).status_code for path in drafts] == [200, 200]
    conn.execute("update users set role = 'learner' where id = %s", [admin.id])
    assert [client.get(path).status_code for path in drafts] == [404, 403]
    header, claims, key = good
    raised = new_client(access_token=sign(header, claims | {"role": "admin"}, key))
    assert [raised.get(path).status_code for path in drafts] == [404, 403]
