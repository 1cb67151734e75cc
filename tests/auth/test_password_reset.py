"""POST auth/password-reset and auth/password-reset/confirm. tests/emails has what is sent."""

import builders
import pytest
from conftest import anonymous
from problems import assert_problem

from courseapp import one_time_tokens

ASK, CONFIRM = "password-reset", "password-reset/confirm"
ME = "/api/v1/auth/me"
NEW = "a new password"


@pytest.fixture
def learner(quick_user):
    return quick_user()


@pytest.fixture
def token(conn, learner):
    """That of a link that was sent to the learner."""
    return builders.one_time_token(conn, learner, "password_reset")


@pytest.fixture
def reset(auth_call):
    """Sets a password with a token."""

    def call(token, new_password=NEW, **kwargs):
        return auth_call(CONFIRM, {"token": token, "new_password": new_password}, **kwargs)

    return call


def test_asking_answers_the_same_for_everybody(recorder, conn):
    """The same body, the same headers, the same statements, and as much written by each."""
    known, gone, many = (builders.make_user(conn) for _ in range(3))
    conn.execute("update users set deactivated_at = now() where id = %s", [gone.id])
    for _ in range(3):
        builders.one_time_token(conn, many, "password_reset")

    def ask(email):
        return anonymous(recorder.app).post(f"/api/v1/auth/{ASK}", json={"email": email})

    ask("first@example.com")  # connects to Redis
    seen = []
    for email in (known.email, "nobody@example.com", gone.email, many.email, known.email.upper()):
        conn.execute("delete from procrastinate_jobs")
        with recorder.recording() as traffic:
            answer = ask(email)
        answer.headers.pop("X-Request-ID")
        jobs = "select queue_name, task_name, status::text, priority from procrastinate_jobs"
        seen.append((answer.status_code, answer.data, list(answer.headers), traffic.statements))
        seen[-1] += (traffic.redis_commands, conn.execute(jobs).fetchall())
    assert seen[0][:2] == (204, b"")
    assert seen[0][3] == ["auth.get_user_id", "jobs.create_job"]
    assert len(seen[0][5]) == 1
    assert seen[1:] == [seen[0]] * 4


def test_one_address_may_ask_sixty_times_in_five_minutes_about_whomever(auth_call, new_client):
    client = new_client("198.51.100.78")
    for number in range(60):
        body = {"email": f"{number}@example.com"}
        assert auth_call(ASK, body, client=client).status_code == 204
    answer = auth_call(ASK, {"email": "61@example.com"}, client=client)
    assert_problem(answer, "too_many_attempts")
    assert 250 <= int(answer.headers["Retry-After"]) <= 301
    assert auth_call(ASK, body, client=new_client()).status_code == 204


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a@example.com, b@example.com", None, 7])
def test_what_is_no_address_is_refused_by_name(auth_call, email):
    assert_problem(auth_call(ASK, {"email": email}), "invalid", "email")


def test_the_new_password_counts_the_old_one_does_not_and_the_link_works_once(
    reset, log_in, learner, token
):
    answer = reset(token)
    assert (answer.status_code, answer.data) == (204, b"")
    assert_problem(log_in(learner), "invalid_credentials")
    assert log_in(learner, NEW).status_code == 200
    assert_problem(reset(token, "another password"), "token_invalid")
    assert log_in(learner, NEW).status_code == 200


def test_setting_a_password_does_not_log_in(reset, client, token):
    assert "Set-Cookie" not in reset(token).headers
    assert client.get(ME).status_code == 401


def test_every_session_of_the_user_ends_on_every_server_and_nobody_elses(
    reset, log_in, auth_call, new_client, two_servers, learner, token, conn
):
    devices = [new_client(app=app) for app in (two_servers.a, two_servers.b) for _ in range(2)]
    other = new_client(app=two_servers.b)
    for client in devices:
        log_in(learner, client=client)
        assert client.get(ME).status_code == 200
    log_in(builders.make_user(conn), client=other)
    # Also from a browser that is logged in itself.
    assert reset(token, client=devices[0]).status_code == 204
    assert [client.get(ME).status_code for client in devices] == [401] * 4
    assert [auth_call("refresh", client=client).status_code for client in devices] == [401] * 4
    assert other.get(ME).status_code == 200
    reasons = "select distinct revoked_reason from sessions where user_id = %s"
    assert conn.execute(reasons, [learner.id]).fetchall() == [("password_change",)]


def test_a_login_that_verified_the_old_password_is_refused_after_the_reset(
    reset, conn, log_in, late_verification, live_sessions
):
    learner = builders.make_user(conn)
    with late_verification(lambda: log_in(learner)) as login:
        assert reset(builders.one_time_token(conn, learner, "password_reset")).status_code == 204
    assert login.result().status_code == 401
    assert live_sessions(learner) == 0


@pytest.mark.parametrize("run", range(3))
def test_no_login_survives_a_reset_at_the_same_moment(
    reset, conn, log_in, learner, new_client, at_once, live_sessions, run
):
    token = builders.one_time_token(conn, learner, "password_reset")
    calls = [lambda: reset(token), *[lambda: log_in(learner, client=new_client())] * 4]
    answer, *logins = at_once(lambda call: call(), calls)
    assert answer.status_code == 204
    assert {login.status_code for login in logins} <= {200, 401}
    assert live_sessions(learner) == 0


def test_of_simultaneous_uses_one_wins(reset, new_client, log_in, learner, token, at_once):
    passwords = [f"password number {number}" for number in range(6)]
    answers = at_once(lambda new: reset(token, new, client=new_client()), passwords)
    codes = [answer.status_code for answer in answers]
    assert sorted(codes) == [204] + [422] * 5
    assert log_in(learner, passwords[codes.index(204)]).status_code == 200


def test_of_two_links_used_at_once_one_wins(reset, new_client, conn, learner, token, at_once):
    tokens = [token, builders.one_time_token(conn, learner, "password_reset")]
    answers = at_once(lambda token: reset(token, client=new_client()), tokens)
    assert sorted(answer.status_code for answer in answers) == [204, 422]


def test_the_address_is_verified_by_it_once(reset, conn, learner, token):
    when = "select email_verified_at from users where id = %s"
    assert reset(token).status_code == 204
    first = conn.execute(when, [learner.id]).fetchone()
    assert first != (None,)
    reset(builders.one_time_token(conn, learner, "password_reset"))
    assert conn.execute(when, [learner.id]).fetchone() == first


def test_who_was_locked_out_by_the_guesses_of_others_gets_in_at_once(
    reset, log_in, new_client, learner, token
):
    for _ in range(11):
        log_in(learner, "wrong", client=new_client())
    assert_problem(log_in(learner, client=new_client()), "too_many_attempts")
    reset(token)
    assert log_in(learner, NEW, client=new_client()).status_code == 200


@pytest.mark.parametrize("lasts", ["-1 second", "-25 hours"])
def test_an_expired_link_changes_nothing(reset, conn, log_in, learner, lasts):
    assert_problem(
        reset(builders.one_time_token(conn, learner, "password_reset", lasts)), "token_invalid"
    )
    assert log_in(learner).status_code == 200


def test_a_link_that_verifies_an_address_sets_no_password(reset, conn, log_in, learner):
    token = builders.one_time_token(conn, learner, "email_verification")
    assert_problem(reset(token), "token_invalid")
    assert log_in(learner).status_code == 200


def test_the_token_of_another_user_is_none(reset, conn, log_in, learner, token):
    other = builders.make_user(conn)
    assert_problem(reset(f"{other.id}.{token.partition('.')[2]}"), "token_invalid")
    assert log_in(other).status_code == 200


def test_a_deactivated_user_is_refused(reset, conn, learner, token):
    conn.execute("update users set deactivated_at = now() where id = %s", [learner.id])
    assert_problem(reset(token), "token_invalid")


def test_who_is_deactivated_meanwhile_is_refused(reset, conn, learner, token, monkeypatch):
    def hash_late(password):
        conn.execute("update users set deactivated_at = now() where id = %s", [learner.id])
        return "hash"

    monkeypatch.setattr(one_time_tokens, "hash_password", hash_late)
    assert_problem(reset(token), "token_invalid")
    unchanged = "select password_hash = %s from users where id = %s"
    assert conn.execute(unchanged, [learner.password_hash, learner.id]).fetchone() == (True,)
    used = "select count(used_at) from one_time_tokens where user_id = %s"
    assert conn.execute(used, [learner.id]).fetchone() == (0,)


def test_nobody_makes_us_hash_for_a_token_that_is_made_up(reset, token, monkeypatch):
    hashed = []
    monkeypatch.setattr(one_time_tokens, "hash_password", hashed.append)
    assert_problem(reset(token[:-1] + ("A" if token[-1] != "A" else "B")), "token_invalid")
    assert hashed == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["token", "new_password"]),
        ({"token": "1.x"}, ["new_password"]),
        ({"token": "1.x", "new_password": "short"}, ["new_password"]),
        ({"token": "1.x", "new_password": "x" * 129}, ["new_password"]),
        ({"token": "1.x", "new_password": NEW, "user_id": 1}, ["user_id"]),
    ],
)
def test_bad_values_are_refused_by_name(auth_call, body, fields):
    assert_problem(auth_call(CONFIRM, body), "invalid", *fields)


def test_a_password_that_is_refused_leaves_the_link_good(reset, token):
    assert reset(token, "short").status_code == 422
    assert reset(token).status_code == 204


def test_it_reads_once_before_the_hash_and_writes_in_one_transaction_after_it(
    recorder, conn, learner
):
    token = builders.one_time_token(conn, learner, "password_reset")
    body = {"token": token, "new_password": NEW}
    with recorder.recording() as seen:
        answer = anonymous(recorder.app).post(f"/api/v1/auth/{CONFIRM}", json=body)
    assert answer.status_code == 204
    assert seen.statements == [
        "auth.get_token", "BEGIN", "auth.use_token", "auth.reset_password",
        "auth.revoke_sessions", "COMMIT",
    ]  # fmt: skip
