"""POST auth/refresh: each refresh token works once."""

import jwt
import pytest
from cookies import cookies_of
from problems import assert_problem

ME = "/api/v1/auth/me"


@pytest.fixture
def refresh(app, auth_call, new_client):
    """Sends a refresh token, from a client that has nothing else."""

    def call(token, app=app):
        return auth_call("refresh", client=new_client(app=app, refresh_token=token))

    return call


@pytest.fixture
def tokens(log_in, learner):
    """The access and refresh token of a new session."""
    cookies = cookies_of(log_in(learner))
    return {name: cookie.value for name, cookie in cookies.items()}


@pytest.fixture
def works(new_client):
    """Whether an access token is good."""

    def check(token):
        return new_client(access_token=token).get(ME).status_code == 200

    return check


def test_the_answer_is_the_user_with_both_cookies_anew(refresh, tokens, learner, works):
    answer = refresh(tokens["refresh_token"])
    assert answer.status_code == 200
    assert answer.json["id"] == learner.id
    assert answer.headers["Cache-Control"] == "no-store"
    cookies = cookies_of(answer)
    assert {name: cookie.attributes for name, cookie in cookies.items()} == {
        "access_token": {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=3600"},
        "refresh_token": {"HttpOnly", "SameSite=Lax", "Path=/api/v1/auth", "Max-Age=2592000"},
    }
    assert cookies["refresh_token"].value != tokens["refresh_token"]
    assert works(cookies["access_token"].value)


def test_it_is_the_same_session_and_older_access_tokens_stay_good(
    refresh, tokens, works, learner, live_sessions
):
    new = cookies_of(refresh(tokens["refresh_token"]))["access_token"].value
    old_claims, new_claims = (
        jwt.decode(token, options={"verify_signature": False})
        for token in (tokens["access_token"], new)
    )
    assert new_claims["sid"] == old_claims["sid"]
    assert works(tokens["access_token"])
    assert live_sessions(learner) == 1


def test_a_browser_can_go_on_refreshing(log_in, auth_call, client, learner, conn):
    log_in(learner)
    for _ in range(5):
        client.delete_cookie("access_token")
        assert auth_call("refresh").status_code == 200
        assert client.get(ME).status_code == 200
    rows = "select refresh_generation, revoked_at from sessions where user_id = %s"
    assert conn.execute(rows, [learner.id]).fetchall() == [(6, None)]


def test_refreshing_prolongs_the_session(refresh, tokens, learner, conn):
    conn.execute(
        "update sessions set expires_at = now() + interval '1 minute' where user_id = %s",
        [learner.id],
    )
    refresh(tokens["refresh_token"])
    days = "select extract(day from expires_at - now())::int from sessions where user_id = %s"
    assert conn.execute(days, [learner.id]).fetchone() == (29,)


def test_using_a_token_twice_ends_the_session_on_both_sides(refresh, tokens, works, learner, conn):
    mine = {name: c.value for name, c in cookies_of(refresh(tokens["refresh_token"])).items()}
    theirs = refresh(tokens["refresh_token"])
    assert_problem(theirs, "unauthenticated")
    assert "Set-Cookie" not in theirs.headers
    assert not works(mine["access_token"])
    assert not works(tokens["access_token"])
    assert_problem(refresh(mine["refresh_token"]), "unauthenticated")
    reason = "select revoked_reason from sessions where user_id = %s"
    assert conn.execute(reason, [learner.id]).fetchall() == [("refresh_reuse",)]


def test_reuse_ends_no_other_session_of_the_user(refresh, tokens, log_in, new_client, learner):
    elsewhere = new_client()
    log_in(learner, client=elsewhere)
    for _ in range(2):
        refresh(tokens["refresh_token"])
    assert elsewhere.get(ME).status_code == 200


def test_of_two_simultaneous_exchanges_one_comes_second_and_ends_the_session(
    refresh, log_in, learner, at_once, two_servers, live_sessions
):
    for _ in range(10):
        token = cookies_of(log_in(learner))["refresh_token"].value
        answers = at_once(lambda app, t=token: refresh(t, app), [two_servers.a, two_servers.b])
        assert sorted(answer.status_code for answer in answers) == [200, 401]
        assert live_sessions(learner) == 0


def test_an_access_token_does_not_refresh_and_a_refresh_token_gives_no_access(
    refresh, tokens, works, live_sessions, learner
):
    assert_problem(refresh(tokens["access_token"]), "unauthenticated")
    assert not works(tokens["refresh_token"])
    assert live_sessions(learner) == 1


def test_the_refresh_token_is_taken_from_its_cookie_only(auth_call, new_client, tokens):
    bearer = {"Authorization": f"Bearer {tokens['refresh_token']}"}
    assert_problem(auth_call("refresh", client=new_client(), headers=bearer), "unauthenticated")
    body = {"refresh_token": tokens["refresh_token"]}
    assert_problem(auth_call("refresh", body, client=new_client()), "unauthenticated")


@pytest.mark.parametrize("token", ["", "garbage", "a.b.c", "null"])
def test_what_is_no_token_is_401(refresh, token):
    assert_problem(refresh(token), "unauthenticated")


def test_without_a_cookie_it_is_401(auth_call):
    assert_problem(auth_call("refresh"), "unauthenticated")


@pytest.mark.parametrize(
    "ending",
    [
        "update sessions set expires_at = now() where user_id = %s",
        "update sessions set revoked_at = now(), revoked_reason = 'logout' where user_id = %s",
        "update users set deactivated_at = now() where id = %s",
        "delete from sessions where user_id = %s",
    ],
)
def test_an_ended_session_is_not_refreshed(refresh, tokens, learner, conn, ending):
    conn.execute(ending, [learner.id])
    answer = refresh(tokens["refresh_token"])
    assert_problem(answer, "unauthenticated")
    assert "Set-Cookie" not in answer.headers


def test_an_expired_token_is_refused_although_its_session_lives(app, refresh, tokens, learner):
    claims = jwt.decode(tokens["refresh_token"], options={"verify_signature": False})
    signer = app.extensions["tokens"]
    expired = signer.sign("refresh", learner.id, claims["sid"], -1, generation=1)
    assert_problem(refresh(expired), "unauthenticated")
    good = signer.sign("refresh", learner.id, claims["sid"], 60, generation=1)
    assert refresh(good).status_code == 200


def test_a_refresh_is_one_statement(recorder, refresh, tokens):
    with recorder.recording() as seen:
        assert refresh(tokens["refresh_token"], recorder.app).status_code == 200
    assert seen.statements == ["auth.refresh_session"]
