"""What one address may do, whatever accounts it names; counted in Redis for all workers."""

import pytest
from problems import assert_problem

LOGIN, REGISTER = "/api/v1/auth/login", "/api/v1/auth/register"


@pytest.fixture(scope="module")
def accounts(quick_user):
    """Ten failures each make a hundred."""
    return [quick_user() for _ in range(10)]


@pytest.fixture
def fail(accounts, conn):
    """Fails to log in, ten times as each account; the status codes."""

    def run(client, times=10):
        conn.execute("delete from login_failures")
        answers = [
            client.post(LOGIN, json={"email": user.email, "password": "wrong password"})
            for user in accounts
            for _ in range(times)
        ]
        return [answer.status_code for answer in answers]

    return run


def test_after_a_hundred_failures_of_one_address_nobody_gets_in_from_there(
    fail, log_in, auth_call, new_client, two_servers, learner
):
    here, there = (new_client("198.51.100.7", app) for app in (two_servers.a, two_servers.b))
    assert fail(here, times=5) == [401] * 50
    # What succeeds or makes no sense does not count.
    for _ in range(10):
        assert log_in(learner, client=here).status_code == 200
        assert auth_call("login", {}, client=here).status_code == 422
    # Every server counts in the same place.
    assert fail(there, times=5) == [401] * 50
    for client in (here, there):
        answer = log_in(learner, client=client)
        assert_problem(answer, "too_many_attempts")
        assert 250 <= int(answer.headers["Retry-After"]) <= 301
    assert log_in(learner, client=new_client("198.51.100.8")).status_code == 200


def test_the_addresses_of_one_ipv6_customer_count_as_one(fail, log_in, new_client, learner):
    assert fail(new_client("2001:db8:7:7::1"), times=5) == [401] * 50
    assert fail(new_client("2001:db8:7:7:ffff::2"), times=5) == [401] * 50
    assert_problem(log_in(learner, client=new_client("2001:db8:7:7::3")), "too_many_attempts")
    assert log_in(learner, client=new_client("2001:db8:7:8::1")).status_code == 200


def test_registrations_of_one_address_are_limited_too_good_ones_and_bad_ones(new_client):
    client = new_client("198.51.100.13")
    answers = [client.post(REGISTER, json={}) for _ in range(121)]
    assert [answer.status_code for answer in answers] == [422] * 120 + [429]
    assert_problem(answers[-1], "too_many_attempts")
    assert 50 <= int(answers[-1].headers["Retry-After"]) <= 61
    assert new_client().post(REGISTER, json={}).status_code == 422
