"""Guards taken away one at a time: the test that is there for each of them fails.

The tests of the tables, of schemathesis and of the headers have their planted faults beside them.
"""

import json
from types import SimpleNamespace

import builders
import jwt
import pytest
from auth import test_forged_tokens as forged
from conftest import anonymous
from contracts import test_every_answer as every_answer
from contracts import test_hostile_bodies as hostile
from contracts import test_mass_assignment as mass
from flask import Response
from marshmallow import EXCLUDE

from courseapp import auth, openapi
from courseapp.errors import Problem, problem_response
from courseapp.responses import json_response
from courseapp.tokens import Tokens

ME, LOGIN = "/api/v1/auth/me", "/api/v1/auth/login"


@pytest.fixture
def stage(app, conn, learner, as_user):
    """What the tests below work on: small stand-ins for their own fixtures."""
    token = builders.access_token(app, conn, learner)
    key = app.config["SECRET_KEYS"][0]
    good = jwt.get_unverified_header(token), jwt.decode(token, key, algorithms=["HS256"]), key
    client = as_user(learner)

    def statuses(token):
        headers = {"Authorization": f"Bearer {token}"}
        return {anonymous(app).get(ME, headers=headers).status_code}

    def send(data):
        guest = anonymous(app)
        guest.broken_on_purpose = "a body gets through that should not"
        return [guest.post(LOGIN, data=data, content_type="application/json")]

    return SimpleNamespace(
        app=app,
        conn=conn,
        tokens={"good": good, "statuses": statuses},
        send=send,
        update_me=lambda operation, body: client.patch(ME, json=body),
    )


def believe_signatures(patch, app):
    decode = jwt.decode
    trusting = {"verify_signature": False}
    patch.setattr(jwt, "decode", lambda token, *_, **__: decode(token, options=trusting))


def believe_any_kind(patch, app):
    read = Tokens.read

    def read_either(self, kind, token):
        return read(self, "access", token) or read(self, "refresh", token)

    patch.setattr(Tokens, "read", read_either)


def believe_sessions(patch, app):
    def caller():
        claims = auth.access_claims()
        return claims and auth.Caller(claims.user_id, claims.session_id, "learner")

    patch.setattr(auth, "_caller", caller)


def change_flag(**flag):
    flags = auth._cookie_flags
    return lambda patch, app: patch.setattr(auth, "_cookie_flags", lambda: flags() | flag)


def let_sites_in(patch, app):
    rest = [f for f in app.before_request_funcs[None] if f.__name__ != "_refuse_cross_site"]
    patch.setitem(app.before_request_funcs, None, rest)


def parse_anything(patch, app):
    patch.setattr(openapi.StrictParser, "_raw_load_json", lambda _, req: json.loads(req.data))


def take_any_size(patch, app):
    patch.setitem(app.config, "MAX_CONTENT_LENGTH", None)


def take_any_field(patch, app):
    patch.setitem(openapi.StrictParser.DEFAULT_UNKNOWN_BY_LOCATION, "json", EXCLUDE)


def check_header(on):
    forged.test_no_header_changes_how_a_token_is_verified(**on.tokens, name="none", key="")


def check_claims(on):
    name = "typ of another kind"
    forged.test_our_own_signature_under_other_claims_opens_nothing(**on.tokens, name=name)


def check_session(on):
    forged.test_the_session_of_somebody_else_is_not_ones_own(on.app, conn=on.conn, **on.tokens)


def check_cookies(on):
    every_answer.test_every_cookie_of_every_answer_is_out_of_reach_of_scripts(on.app, on.conn)


def check_sites(on):
    site = every_answer.SITES[0]
    every_answer.test_no_unsafe_request_of_another_site_gets_through_anywhere(on.app, site)


def check_json(name):
    return lambda on: hostile.test_what_is_no_json_is_400_everywhere(on.send, name)


def check_size(on):
    hostile.test_what_is_too_large_is_413_everywhere(on.send, "10 MB")


def check_fields(on):
    mass.test_what_is_not_the_callers_to_say_is_refused_and_changes_nothing(
        on.update_me, dict, {"role": "admin"}, "update_me"
    )


FAULTS = {
    "signatures are believed": (believe_signatures, check_header),
    "every kind of token is believed": (believe_any_kind, check_claims),
    "sessions are believed": (believe_sessions, check_session),
    "scripts may read cookies": (change_flag(httponly=False), check_cookies),
    "cookies go to other sites": (change_flag(samesite="None"), check_cookies),
    "cookies are secure where they cannot be": (change_flag(secure=True), check_cookies),
    "other sites get in": (let_sites_in, check_sites),
    "duplicate keys": (parse_anything, check_json("duplicate keys")),
    "NaN": (parse_anything, check_json("nan")),
    "NUL": (parse_anything, check_json("nul")),
    "half a surrogate": (parse_anything, check_json("lone surrogate")),
    "bodies of any size": (take_any_size, check_size),
    "unknown fields": (take_any_field, check_fields),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_guard_that_is_gone_would_be_noticed(stage, monkeypatch, fault):
    plant, check = FAULTS[fault]
    check(stage)
    plant(monkeypatch, stage.app)
    with pytest.raises(AssertionError):
        check(stage)


def without_retry_after():
    answer = problem_response(Problem("unavailable"))
    del answer.headers["Retry-After"]
    return answer


ANSWERS = {
    "is text/html, not": lambda: Response("{}", content_type="text/html"),
    "is a required property": lambda: json_response(b'{"total_points": 1}'),
    "is not of type": lambda: json_response(b'{"total_points": "many"}'),
    "418 is not documented": lambda: json_response(b"{}", 418),
    "lacks the header Retry-After": without_retry_after,
    "invalid_credentials is not in": lambda: problem_response(Problem("invalid_credentials")),
}


@pytest.mark.parametrize("complaint", ANSWERS)
def test_an_answer_unlike_the_document_would_be_noticed(app, monkeypatch, client, complaint):
    name = "gamification.get_my_gamification"
    monkeypatch.setitem(app.view_functions, name, ANSWERS[complaint])
    with pytest.raises(AssertionError, match=complaint):
        client.get("/api/v1/gamification/me")


def test_a_body_where_none_is_documented_would_be_noticed(document, client):
    answer = client.post("/api/v1/auth/logout")
    # A view cannot do it: werkzeug would leave it out.
    answer.set_data("{}")
    assert document.complaints(answer) == ["post /api/v1/auth/logout 204 has a body"]
