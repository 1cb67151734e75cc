"""Logins that race with what ends a user's sessions: none survives it."""

import random
import time

import builders
import pytest

ME = "/api/v1/auth/me"
NEW = "a new password"


def after_a_moment(call):
    """Most moments of a login, whose hash alone takes 30 ms, come first once in a while."""
    time.sleep(random.uniform(0, 0.08))
    return call()


@pytest.mark.parametrize("run", range(6))
def test_no_login_survives_a_password_change(
    app, conn, log_in, auth_call, new_client, at_once, live_sessions, run
):
    user = builders.make_user(conn)
    me = new_client(access_token=builders.access_token(app, conn, user))
    browser = new_client()
    log_in(user, client=browser)
    body = {"current_password": builders.PASSWORD, "new_password": NEW}
    change, refresh, *logins = at_once(
        after_a_moment,
        [
            lambda: auth_call("password", body, client=me),
            lambda: auth_call("refresh", client=browser),
            *[lambda: log_in(user, client=new_client())] * 3,
        ],
    )
    assert change.status_code == 204
    assert refresh.status_code in (200, 401)
    assert {answer.status_code for answer in logins} <= {200, 401}
    assert live_sessions(user) == 0
    assert browser.get(ME).status_code == 401


@pytest.mark.parametrize("run", range(6))
def test_no_login_survives_a_deactivation(
    conn, log_in, auth_call, new_client, runner, at_once, live_sessions, run
):
    user = builders.make_user(conn)
    browser = new_client()
    log_in(user, client=browser)
    deactivation, refresh, *logins = at_once(
        after_a_moment,
        [
            lambda: runner.invoke(args=["users", "deactivate", user.email]),
            lambda: auth_call("refresh", client=browser),
            *[lambda: log_in(user, client=new_client())] * 3,
        ],
    )
    assert deactivation.exit_code == 0, deactivation.output
    assert refresh.status_code in (200, 401)
    assert {answer.status_code for answer in logins} <= {200, 401}
    assert live_sessions(user) == 0
    assert browser.get(ME).status_code == 401


def test_a_login_that_verified_the_old_password_is_refused_after_the_change(
    app, conn, learner, log_in, auth_call, new_client, late_verification, live_sessions
):
    body = {"current_password": builders.PASSWORD, "new_password": NEW}
    me = new_client(access_token=builders.access_token(app, conn, learner))
    with late_verification(lambda: log_in(learner)) as login:
        assert auth_call("password", body, client=me).status_code == 204
    assert login.result().status_code == 401
    assert live_sessions(learner) == 0


def test_a_login_that_verified_the_password_is_refused_after_a_deactivation(
    learner, log_in, runner, late_verification, live_sessions
):
    with late_verification(lambda: log_in(learner)) as login:
        assert runner.invoke(args=["users", "deactivate", learner.email]).exit_code == 0
    assert login.result().status_code == 401
    assert live_sessions(learner) == 0
