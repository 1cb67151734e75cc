"""POST auth/password."""

import builders
import pytest
from cookies import assert_both_are_forgotten
from problems import assert_problem

ME = "/api/v1/auth/me"
NEW = "a new password"


@pytest.fixture
def learner(quick_user):
    return quick_user()


@pytest.fixture
def change(as_user, auth_call, learner):
    """Changes the learner's password, from a session of its own."""

    def call(current=builders.PASSWORD, new=NEW):
        body = {"current_password": current, "new_password": new}
        return auth_call("password", body, client=as_user(learner))

    return call


def test_the_new_password_counts_and_the_old_one_no_longer(change, log_in, new_client, learner):
    answer = change()
    assert (answer.status_code, answer.data) == (204, b"")
    assert_both_are_forgotten(answer)
    assert_problem(log_in(learner), "invalid_credentials")
    assert log_in(learner, NEW).status_code == 200


def test_every_session_of_the_user_ends_on_every_server_and_nobody_elses(
    change, log_in, auth_call, new_client, two_servers, learner, conn
):
    devices = [new_client(app=app) for app in (two_servers.a, two_servers.b) for _ in range(2)]
    other = new_client(app=two_servers.b)
    for client in devices:
        log_in(learner, client=client)
        assert client.get(ME).status_code == 200
    log_in(builders.make_user(conn), client=other)
    assert change().status_code == 204
    assert [client.get(ME).status_code for client in devices] == [401] * 4
    assert [auth_call("refresh", client=client).status_code for client in devices] == [401] * 4
    assert other.get(ME).status_code == 200
    reasons = "select distinct revoked_reason from sessions where user_id = %s"
    assert conn.execute(reasons, [learner.id]).fetchall() == [("password_change",)]


def test_a_wrong_current_password_is_403_and_changes_nothing(change, log_in, learner, conn):
    log_in(learner)
    assert_problem(change(current="wrong password"), "wrong_password")
    assert log_in(learner).status_code == 200
    ended = "select count(revoked_at) from sessions where user_id = %s"
    assert conn.execute(ended, [learner.id]).fetchone() == (0,)


def test_wrong_guesses_count_with_those_of_logins(change, log_in, learner):
    assert [change(current="wrong").status_code for _ in range(6)] == [403] * 6
    assert [log_in(learner, "wrong").status_code for _ in range(4)] == [401] * 4
    for answer in (change(current="wrong"), change(), log_in(learner)):
        assert_problem(answer, "too_many_attempts")
        assert 290 <= int(answer.headers["Retry-After"]) <= 300


def test_of_thirty_wrong_guesses_at_once_ten_are_403_and_the_rest_429(change, at_once):
    codes = [answer.status_code for answer in at_once(change, [f"guess {i}" for i in range(30)])]
    assert sorted(codes) == [403] * 10 + [429] * 20


def test_the_right_one_of_many_guesses_at_once_cannot_be_told_from_the_refused(
    change, late_verification, log_in, learner, conn
):
    for _ in range(9):
        change(current="wrong")
    with late_verification(change) as right:
        tenth, eleventh = change(current="wrong"), change(current="wrong")
    assert_problem(tenth, "wrong_password")
    assert_problem(right.result(), "too_many_attempts")
    waits = [int(answer.headers["Retry-After"]) for answer in (right.result(), eleventh)]
    assert abs(waits[0] - waits[1]) <= 2
    conn.execute("delete from login_failures")
    assert log_in(learner).status_code == 200


def test_of_two_simultaneous_changes_one_wins(change, log_in, learner, at_once, live_sessions):
    passwords = ["the first password", "the second password"]
    answers = at_once(lambda new: change(new=new), passwords)
    codes = [answer.status_code for answer in answers]
    # The other one finds its session ended or its current password wrong.
    assert sorted(codes)[0] == 204
    assert sorted(codes)[1] in (401, 403)
    assert live_sessions(learner) == 0
    assert log_in(learner, passwords[codes.index(204)]).status_code == 200


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["current_password", "new_password"]),
        ({"current_password": builders.PASSWORD}, ["new_password"]),
        ({"current_password": builders.PASSWORD, "new_password": "short"}, ["new_password"]),
        ({"current_password": builders.PASSWORD, "new_password": "x" * 129}, ["new_password"]),
        ({"current_password": builders.PASSWORD, "new_password": None}, ["new_password"]),
        ({"current_password": "", "new_password": NEW}, ["current_password"]),
        (
            {"current_password": builders.PASSWORD, "new_password": NEW, "user_id": 1},
            ["user_id"],
        ),
    ],
)
def test_bad_values_are_refused_by_name(auth_call, as_user, learner, body, fields):
    assert_problem(auth_call("password", body, client=as_user(learner)), "invalid", *fields)


def test_without_a_session_it_is_401(auth_call):
    body = {"current_password": builders.PASSWORD, "new_password": NEW}
    assert_problem(auth_call("password", body), "unauthenticated")
