"""Which tokens are believed, on which keys."""

import base64
import json
import secrets
import time

import builders
import jwt
import pytest

from courseapp.tokens import Tokens

ME = "/api/v1/auth/me"


@pytest.fixture
def good(app, conn, learner):
    """Header, claims and key of a token that is good, to be spoiled."""
    token = builders.access_token(app, conn, learner)
    key = app.config["SECRET_KEYS"][0]
    return jwt.get_unverified_header(token), jwt.decode(token, key, algorithms=["HS256"]), key


@pytest.fixture
def is_accepted(new_client):
    """Whether a token opens auth/me, in a cookie as well as in a header."""

    def check(token, **app):
        in_cookie = new_client(access_token=token, **app).get(ME)
        in_header = new_client(**app).get(ME, headers={"Authorization": f"Bearer {token}"})
        assert in_cookie.status_code == in_header.status_code
        assert in_cookie.status_code in (200, 401)
        return in_cookie.status_code == 200

    return check


def encode(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def sign(good, claims=None, header=None, key=None, algorithm="HS256"):
    """The good token with other claims, header, key or algorithm; None removes a claim."""
    good_header, good_claims, good_key = good
    merged = {k: v for k, v in (good_claims | (claims or {})).items() if v is not None}
    headers = {k: v for k, v in (good_header | (header or {})).items() if v is not None}
    headers.pop("alg", None)
    return jwt.encode(merged, key or good_key, algorithm, headers=headers)


def test_the_good_token_is_good(is_accepted, good):
    assert is_accepted(sign(good))


@pytest.mark.parametrize("claim", ["exp", "iat", "sub", "sid", "typ"])
def test_every_claim_is_needed(is_accepted, good, claim):
    assert not is_accepted(sign(good, {claim: None}))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": int(time.time()) - 1},
        {"exp": "tomorrow"},
        {"typ": "refresh"},
        {"typ": ["access"]},
        {"sub": "0"},
        {"sub": "-1"},
        {"sub": "me"},
        {"sid": 0},
        {"sid": "x"},
        {"sid": {}},
        {"nbf": int(time.time()) + 1000},
    ],
)
def test_a_signed_token_with_other_claims_is_refused(is_accepted, good, claims):
    assert not is_accepted(sign(good, claims))


def test_a_session_is_good_for_its_own_user_only(is_accepted, good, conn):
    other = builders.make_user(conn)
    assert not is_accepted(sign(good, {"sub": str(other.id)}))


def test_a_token_from_a_server_whose_clock_is_ahead_is_good(is_accepted, good):
    assert is_accepted(sign(good, {"iat": good[1]["iat"] + 5}))


def test_tampering_with_any_part_is_noticed(is_accepted, good, conn):
    header, claims, signature = sign(good).split(".")
    other = builders.make_user(conn)
    spoiled = encode(good[1] | {"sub": str(other.id)})
    flipped = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    for token in (
        f"{header}.{spoiled}.{signature}",
        f"{header}.{claims}.{flipped}",
        f"{header}.{claims}.",
        f"{header}.{claims}",
        f"{encode(good[0] | {'alg': 'HS512'})}.{claims}.{signature}",
    ):
        assert not is_accepted(token)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
@pytest.mark.parametrize("has_signature", [True, False])
def test_no_algorithm_is_no_signature(is_accepted, good, algorithm, has_signature):
    signature = sign(good).split(".")[2] if has_signature else ""
    header = good[0] | {"alg": algorithm}
    assert not is_accepted(f"{encode(header)}.{encode(good[1])}.{signature}")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_no_other_algorithm_is_accepted_even_with_the_key(is_accepted, good, algorithm):
    assert not is_accepted(sign(good, algorithm=algorithm, key=good[2] * 2))
    assert not is_accepted(sign(good, algorithm=algorithm))


def test_another_key_under_our_name_is_refused(is_accepted, good):
    assert not is_accepted(sign(good, key=secrets.token_hex(32)))


@pytest.mark.parametrize("kid", [None, "", "00000000", "../../dev/null", "' or 1=1 --"])
def test_our_key_under_another_name_is_refused(is_accepted, good, kid):
    assert not is_accepted(sign(good, header={"kid": kid}))


@pytest.mark.parametrize("kid", [7, None, [], {}, True])
def test_a_key_name_that_is_no_text_is_refused(is_accepted, good, kid):
    header = encode(good[0] | {"kid": kid})
    assert not is_accepted(f"{header}.{encode(good[1])}.{sign(good).split('.')[2]}")


@pytest.mark.parametrize(
    "token", ["x", "..", "a.b.c", "e30.e30.e30", "x" * 3000, "e30=.e30=.", "\xa0.\xff.\xfe"]
)
def test_garbage_is_refused(is_accepted, token):
    assert not is_accepted(token)


def test_keys_are_replaced_without_logging_anybody_out(is_accepted, make_app, conn, learner):
    old_key, new_key = secrets.token_hex(32), secrets.token_hex(32)
    before, during, after = (
        make_app(SECRET_KEYS=keys) for keys in (old_key, f"{new_key},{old_key}", new_key)
    )
    old = builders.access_token(before, conn, learner)
    assert is_accepted(old, app=during)
    new = builders.access_token(during, conn, learner)
    assert is_accepted(new, app=during)
    assert is_accepted(new, app=after)
    assert not is_accepted(old, app=after)
    assert not is_accepted(new, app=before)


def test_a_refresh_with_the_old_key_gives_tokens_with_the_new_one(
    make_app, log_in, new_client, learner
):
    old_key, new_key = secrets.token_hex(32), secrets.token_hex(32)
    before = make_app(SECRET_KEYS=old_key)
    during = make_app(SECRET_KEYS=f"{new_key}, {old_key}")
    browser = new_client(app=before)
    log_in(learner, client=browser)
    refresh = browser.get_cookie("refresh_token", path="/api/v1/auth").value
    answer = new_client(app=during, refresh_token=refresh).post("/api/v1/auth/refresh")
    assert answer.status_code == 200
    for line in answer.headers.getlist("Set-Cookie"):
        token = line.partition("=")[2].partition(";")[0]
        assert jwt.decode(token, new_key, algorithms=["HS256"])["sub"] == str(learner.id)


def test_the_name_of_a_key_does_not_give_it_away():
    key = secrets.token_hex(32)
    token = Tokens([key]).sign("access", 1, 1, 60)
    kid = jwt.get_unverified_header(token)["kid"]
    assert len(kid) == 8
    assert kid not in key


def test_a_token_that_was_good_ends_all_the_same():
    tokens = Tokens(["k" * 32])
    token = tokens.sign("access", 1, 2, 1)
    assert tokens.read("access", token).user_id == 1
    assert tokens.read("refresh", token) is None
    time.sleep(1.1)
    assert tokens.read("access", token) is None
