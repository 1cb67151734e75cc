"""POST auth/verification and auth/verification/confirm. tests/emails has what is sent."""

import builders
import pytest
from problems import assert_problem

CONFIRM = "verification/confirm"


@pytest.fixture
def token(conn, learner):
    """That of a link that was sent to the learner."""
    return builders.one_time_token(conn, learner, "email_verification")


@pytest.fixture
def is_verified(conn):
    """Whether a user's e-mail is."""
    query = "select email_verified_at is not null from users where id = %s"
    return lambda user: conn.execute(query, [user.id]).fetchone()[0]


def test_the_link_verifies_the_address_without_a_login(auth_call, token, learner, as_user):
    assert as_user(learner).get("/api/v1/auth/me").json["email_verified_at"] is None
    answer = auth_call(CONFIRM, {"token": token})
    assert (answer.status_code, answer.data) == (204, b"")
    assert as_user(learner).get("/api/v1/auth/me").json["email_verified_at"]


def test_who_clicks_twice_is_told_the_same_and_nothing_changes(auth_call, conn, token, learner):
    when = "select email_verified_at from users where id = %s"
    assert auth_call(CONFIRM, {"token": token}).status_code == 204
    first = conn.execute(when, [learner.id]).fetchone()
    other = builders.one_time_token(conn, learner, "email_verification", "-1 minute")
    for again in (token, token, other):
        assert auth_call(CONFIRM, {"token": again}).status_code == 204
    assert conn.execute(when, [learner.id]).fetchone() == first


def test_clicks_at_the_same_moment_are_told_the_same(auth_call, new_client, token, at_once):
    answers = at_once(lambda _: auth_call(CONFIRM, {"token": token}, new_client()), range(6))
    assert {answer.status_code for answer in answers} == {204}


def test_using_one_ends_the_others(auth_call, conn, learner, token):
    builders.one_time_token(conn, learner, "email_verification")
    auth_call(CONFIRM, {"token": token})
    left = "select count(*) from one_time_tokens where user_id = %s and used_at is null"
    assert conn.execute(left, [learner.id]).fetchone() == (0,)


def test_an_expired_link_verifies_nothing(auth_call, conn, learner, is_verified):
    token = builders.one_time_token(conn, learner, "email_verification", "-1 second")
    assert_problem(auth_call(CONFIRM, {"token": token}), "token_invalid")
    assert not is_verified(learner)


def test_a_link_that_resets_a_password_verifies_nothing(auth_call, conn, learner, is_verified):
    token = builders.one_time_token(conn, learner, "password_reset")
    assert_problem(auth_call(CONFIRM, {"token": token}), "token_invalid")
    assert not is_verified(learner)


def test_the_token_of_another_user_is_none(auth_call, conn, learner, token, is_verified):
    other = builders.make_user(conn)
    secret = token.partition(".")[2]
    assert_problem(auth_call(CONFIRM, {"token": f"{other.id}.{secret}"}), "token_invalid")
    assert not is_verified(other)
    assert not is_verified(learner)


def test_a_deactivated_user_is_refused(auth_call, conn, learner, token, is_verified):
    conn.execute("update users set deactivated_at = now() where id = %s", [learner.id])
    assert_problem(auth_call(CONFIRM, {"token": token}), "token_invalid")
    assert not is_verified(learner)


@pytest.mark.parametrize("change", [str.lower, str.upper, "{} ".format, " {}".format, "0{}".format])
def test_a_token_that_differs_in_anything_is_refused(auth_call, token, change):
    if (changed := change(token)) != token:
        assert_problem(auth_call(CONFIRM, {"token": changed}), "token_invalid")


@pytest.mark.parametrize(
    "token",
    ["x", ".", "1.", f".{'x' * 43}", f"1.{'x' * 42}", f"-1.{'x' * 43}", f"1.{'ż' * 43}",
     f"{'9' * 19}.{'x' * 43}", f"{'9' * 18}.{'x' * 43}", f"1.{'x' * 43}\n", "x" * 200,
     f"\u0661.{'x' * 43}"],
)  # fmt: skip
def test_what_cannot_be_a_token_is_refused_like_one_that_was_used(auth_call, token):
    assert_problem(auth_call(CONFIRM, {"token": token}), "token_invalid")


@pytest.mark.parametrize("token", ["", "x" * 201, None, 7, ["x"]])
def test_what_is_no_text_or_too_long_is_refused_by_name(auth_call, token):
    assert_problem(auth_call(CONFIRM, {"token": token}), "invalid", "token")


def test_asking_for_another_e_mail_needs_a_login(auth_call):
    assert_problem(auth_call("verification"), "unauthenticated")


def test_asking_leaves_a_job_and_says_nothing(auth_call, as_user, conn, learner):
    conn.execute("delete from procrastinate_jobs")
    answer = auth_call("verification", client=as_user(learner))
    assert (answer.status_code, answer.data) == (204, b"")
    jobs = conn.execute("select task_name, args from procrastinate_jobs").fetchall()
    assert jobs == [("send_link", {"user_id": learner.id, "purpose": "email_verification"})]


def test_one_address_may_ask_sixty_times_in_five_minutes_for_whatever(
    app, conn, auth_call, new_client, learner
):
    token = builders.access_token(app, conn, learner)
    client = new_client("198.51.100.77", access_token=token)
    codes = [auth_call("verification", client=client).status_code for _ in range(61)]
    assert codes == [204] * 60 + [429]
    answer = auth_call("verification", client=client)
    assert_problem(answer, "too_many_attempts")
    assert 250 <= int(answer.headers["Retry-After"]) <= 301
