"""POST auth/logout: ends one session, for every server at once."""

import builders
import pytest
from cookies import assert_both_are_forgotten, cookies_of

ME = "/api/v1/auth/me"


def token(answer, name):
    """One of the tokens that a login gave, as arguments of new_client."""
    return {name: cookies_of(answer)[name].value}


def test_the_session_ends_and_the_browser_forgets_its_cookies(
    log_in, auth_call, client, learner, conn
):
    log_in(learner)
    answer = auth_call("logout")
    assert (answer.status_code, answer.data) == (204, b"")
    assert_both_are_forgotten(answer)
    assert client.get(ME).status_code == 401
    reason = "select revoked_reason from sessions where user_id = %s"
    assert conn.execute(reason, [learner.id]).fetchall() == [("logout",)]


def test_copies_of_the_tokens_are_worth_nothing_on_any_server(
    log_in, auth_call, learner, two_servers, new_client
):
    here = new_client(app=two_servers.a)
    login = log_in(learner, client=here)
    access, refresh = (token(login, f"{kind}_token") for kind in ("access", "refresh"))
    bearer = {"Authorization": f"Bearer {cookies_of(login)['access_token'].value}"}
    assert new_client(app=two_servers.b, **access).get(ME).status_code == 200
    auth_call("logout", client=here)
    for app in (two_servers.a, two_servers.b):
        assert new_client(app=app, **access).get(ME).status_code == 401
        assert new_client(app=app).get(ME, headers=bearer).status_code == 401
        assert auth_call("refresh", client=new_client(app=app, **refresh)).status_code == 401


def test_a_hot_path_that_checks_the_session_itself_refuses_it_too(
    log_in, auth_call, learner, conn, new_client
):
    course = builders.make_course(conn)
    builders.enroll(conn, learner, course)
    access = token(log_in(learner), "access_token")
    path = f"/api/v1/progress/lessons/{course.lesson_ids[0]}"
    update = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 3}
    assert new_client(**access).post(path, json=update).status_code == 200
    auth_call("logout")
    assert new_client(**access).post(path, json=update).status_code == 401


def test_other_sessions_of_the_user_and_of_others_live_on(
    log_in, auth_call, learner, conn, new_client
):
    phone, other = new_client(), new_client()
    log_in(learner, client=phone)
    log_in(builders.make_user(conn), client=other)
    log_in(learner)
    auth_call("logout")
    assert phone.get(ME).status_code == 200
    assert other.get(ME).status_code == 200


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_either_cookie_alone_is_enough(log_in, auth_call, learner, new_client, live_sessions, kind):
    cookie = token(log_in(learner), f"{kind}_token")
    answer = auth_call("logout", client=new_client(**cookie))
    assert answer.status_code == 204
    assert live_sessions(learner) == 0


def test_an_expired_access_token_does_not_hide_the_refresh_token(
    app, log_in, auth_call, client, learner, live_sessions
):
    log_in(learner)
    client.set_cookie("access_token", app.extensions["tokens"].sign("access", learner.id, 1, -1))
    assert auth_call("logout").status_code == 204
    assert live_sessions(learner) == 0


def test_a_bearer_token_ends_its_session(log_in, auth_call, learner, new_client, live_sessions):
    access = cookies_of(log_in(learner))["access_token"].value
    bearer = {"Authorization": f"Bearer {access}"}
    assert auth_call("logout", client=new_client(), headers=bearer).status_code == 204
    assert live_sessions(learner) == 0


@pytest.mark.parametrize("cookies", [{}, {"access_token": "x", "refresh_token": "a.b.c"}])
def test_without_a_session_it_is_204_all_the_same(auth_call, new_client, cookies):
    answer = auth_call("logout", client=new_client(**cookies))
    assert answer.status_code == 204
    assert_both_are_forgotten(answer)


def test_logging_out_twice_is_204_and_keeps_the_first_time(
    log_in, auth_call, learner, conn, new_client
):
    access = token(log_in(learner), "access_token")
    auth_call("logout", client=new_client(**access))
    times = "select revoked_at from sessions where user_id = %s"
    first = conn.execute(times, [learner.id]).fetchone()
    assert auth_call("logout", client=new_client(**access)).status_code == 204
    assert conn.execute(times, [learner.id]).fetchone() == first
