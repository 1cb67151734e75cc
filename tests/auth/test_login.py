"""POST auth/login: who gets in, with which cookies, and what the others can learn."""

import time

import argon2
import builders
import jwt
import pytest
from cookies import cookies_of

from courseapp.passwords import verify_password

ME = "/api/v1/auth/me"


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def test_the_answer_is_the_user(log_in, learner):
    answer = log_in(learner)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json.pop("created_at")
    assert {k: v for k, v in answer.json.items() if k != "created_at"} == {
        "id": learner.id,
        "email": learner.email,
        "full_name": learner.full_name,
        "role": "learner",
        "locale": "en",
        "timezone": "UTC",
        "leaderboard_opt_in": False,
        "email_verified_at": None,
    }


def test_the_cookies_work_without_anything_else(log_in, learner, client):
    log_in(learner)
    assert client.get(ME).json["id"] == learner.id


def test_the_access_token_is_also_accepted_as_bearer(log_in, learner, new_client):
    token = cookies_of(log_in(learner))["access_token"].value
    for scheme in ("Bearer", "bearer"):
        answer = new_client().get(ME, headers={"Authorization": f"{scheme} {token}"})
        assert answer.json["id"] == learner.id
    for wrong in (token, f"Basic {token}", "Bearer", "Bearer  ", f"Bearer {token} {token}"):
        assert new_client().get(ME, headers={"Authorization": wrong}).status_code == 401


def test_cookies_in_development_work_over_plain_http(log_in, learner):
    cookies = cookies_of(log_in(learner))
    assert {name: cookie.attributes for name, cookie in cookies.items()} == {
        "access_token": {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=3600"},
        "refresh_token": {"HttpOnly", "SameSite=Lax", "Path=/api/v1/auth", "Max-Age=2592000"},
    }


def test_cookies_in_production_travel_over_https_only(make_app, new_client, log_in, learner):
    app = make_app(APP_ENV="production", ACCESS_TOKEN_SECONDS="600", REFRESH_TOKEN_SECONDS="7200")
    client = new_client(app=app)
    cookies = cookies_of(log_in(learner, client=client, base_url="https://courses.example.com"))
    assert {name: cookie.attributes for name, cookie in cookies.items()} == {
        "access_token": {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"},
        "refresh_token": {
            "Secure",
            "HttpOnly",
            "SameSite=Lax",
            "Path=/api/v1/auth",
            "Max-Age=7200",
        },
    }
    assert client.get(ME, base_url="https://courses.example.com").status_code == 200


def test_tokens_and_session_last_as_long_as_their_cookies(log_in, learner, conn):
    cookies = cookies_of(log_in(learner))
    access, refresh = (claims(cookies[f"{kind}_token"].value) for kind in ("access", "refresh"))
    assert access["exp"] - access["iat"] == 3600
    assert refresh["exp"] - refresh["iat"] == 2592000
    assert abs(access["iat"] - time.time()) < 5
    lasts = "select extract(epoch from expires_at - created_at)::int from sessions where id = %s"
    assert conn.execute(lasts, [access["sid"]]).fetchone() == (2592000,)


def test_tokens_say_nothing_about_the_person(log_in, learner):
    cookies = cookies_of(log_in(learner))
    access, refresh = (claims(cookies[f"{kind}_token"].value) for kind in ("access", "refresh"))
    assert access.keys() == {"typ", "sub", "sid", "iat", "exp"}
    assert refresh.keys() == access.keys() | {"gen"}


def test_each_login_is_a_session_of_its_own(log_in, learner, live_sessions):
    sessions = {claims(cookies_of(log_in(learner))["access_token"].value)["sid"] for _ in range(3)}
    assert len(sessions) == 3
    assert live_sessions(learner) == 3


@pytest.mark.parametrize("spelling", [str.upper, str.title, "  {}".format, "{}\n".format])
def test_the_email_may_be_typed_in_any_case_and_with_spaces_around_it(auth_call, learner, spelling):
    body = {"email": spelling(learner.email), "password": builders.PASSWORD}
    assert auth_call("login", body).status_code == 200


@pytest.mark.parametrize(
    "password", ["Password123", " password123", "password123 ", "p", "x" * 1024, "\x7f" * 9]
)
def test_a_password_that_differs_in_anything_is_refused(log_in, learner, password, live_sessions):
    answer = log_in(learner, password)
    assert answer.status_code == 401
    assert answer.json["type"] == "/problems/invalid_credentials"
    assert "Set-Cookie" not in answer.headers
    assert live_sessions(learner) == 0


def test_a_deactivated_user_is_refused_like_an_unknown_one(log_in, learner, conn, live_sessions):
    conn.execute("update users set deactivated_at = now() where id = %s", [learner.id])
    answer = log_in(learner)
    assert answer.status_code == 401
    assert answer.json["type"] == "/problems/invalid_credentials"
    assert live_sessions(learner) == 0


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password"}),
        ({"email": "a@example.com"}, {"password"}),
        ({"email": "a@example.com", "password": ""}, {"password"}),
        ({"email": "  ", "password": "x"}, {"email"}),
        ({"email": "a" * 255, "password": "x"}, {"email"}),
        ({"email": "a@example.com", "password": "x" * 1025}, {"password"}),
        ({"email": None, "password": True}, {"email", "password"}),
        ({"email": "a@example.com", "password": "x", "remember": True}, {"remember"}),
    ],
)
def test_what_cannot_be_credentials_is_422(auth_call, body, fields):
    answer = auth_call("login", body)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json["errors"]} == fields


def test_unknown_wrong_and_deactivated_cannot_be_told_apart(recorder, conn, monkeypatch):
    """The same body, the same headers, the same statements, and one hash verified by each."""
    known, gone = builders.make_user(conn), builders.make_user(conn)
    conn.execute("update users set deactivated_at = now() where id = %s", [gone.id])
    verified = []
    verify = argon2.PasswordHasher.verify
    monkeypatch.setattr(
        argon2.PasswordHasher,
        "verify",
        lambda self, hash, password: verified.append(hash) or verify(self, hash, password),
    )

    def try_password(email):
        body = {"email": email, "password": "wrong password"}
        return recorder.app.test_client().post("/api/v1/auth/login", json=body)

    try_password("first@example.com")  # connects to Redis
    seen = []
    for email in (known.email, "nobody@example.com", "no e-mail at all", gone.email):
        verified.clear()
        with recorder.recording() as traffic:
            answer = try_password(email)
        body = answer.json
        assert body.pop("request_id") == answer.headers.pop("X-Request-ID")
        costs = [argon2.extract_parameters(password_hash) for password_hash in verified]
        seen.append((answer.status_code, body, list(answer.headers), traffic.statements, costs))
        seen[-1] += (traffic.redis_commands,)
    assert seen[0][0] == 401
    assert seen[0][3] == ["auth.get_login", "auth.record_login_failure"]
    assert len(seen[0][4]) == 1
    assert seen[1:] == [seen[0]] * 3


def test_a_login_costs_two_statements(recorder, learner):
    body = {"email": learner.email, "password": builders.PASSWORD}
    with recorder.recording() as seen:
        answer = recorder.app.test_client().post("/api/v1/auth/login", json=body)
    assert answer.status_code == 200
    assert seen.statements == ["auth.get_login", "auth.create_session"]


@pytest.fixture
def old_hash(conn):
    """A user whose hash was made with other parameters than today's."""
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
    return builders.make_user(conn, password_hash=hasher.hash(builders.PASSWORD))


def stored_hash(conn, user):
    return conn.execute("select password_hash from users where id = %s", [user.id]).fetchone()[0]


def test_a_login_renews_a_hash_with_old_parameters(log_in, conn, old_hash):
    assert log_in(old_hash, "wrong password").status_code == 401
    assert stored_hash(conn, old_hash) == old_hash.password_hash
    assert log_in(old_hash).status_code == 200
    renewed = stored_hash(conn, old_hash)
    assert "m=19456,t=2,p=1" in renewed
    assert verify_password(builders.PASSWORD, renewed)
    assert log_in(old_hash).status_code == 200
    assert stored_hash(conn, old_hash) == renewed


def test_simultaneous_logins_that_renew_a_hash_all_pass(
    log_in, new_client, old_hash, at_once, live_sessions
):
    answers = at_once(lambda _: log_in(old_hash, client=new_client()), range(8))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert live_sessions(old_hash) == 8


def test_sessions_that_ended_long_ago_go_with_the_next_login(log_in, conn, learner):
    conn.execute(
        "insert into sessions (user_id, expires_at, revoked_at, revoked_reason) values"
        " (%(id)s, now() - interval '8 days', null, null),"
        " (%(id)s, now() + interval '8 days', now() - interval '8 days', 'logout'),"
        " (%(id)s, now() - interval '6 days', null, null),"
        " (%(id)s, now() + interval '8 days', null, null)",
        {"id": learner.id},
    )
    assert log_in(learner).status_code == 200
    kept = "select count(*) from sessions where user_id = %s"
    assert conn.execute(kept, [learner.id]).fetchone() == (3,)
