"""At most ten failed logins of an account in five minutes; successes are free."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import builders
import psycopg
import pytest

from courseapp.db import queries

EMAIL_HASH = "sha256(convert_to(lower(%s), 'UTF8'))"


@pytest.fixture
def learner(quick_user):
    return quick_user()


@pytest.fixture
def fail(log_in, new_client):
    """Fails to log in as a user, from another address each time; the status codes."""

    def run(user, times=1):
        answers = [log_in(user, "wrong password", client=new_client()) for _ in range(times)]
        return [answer.status_code for answer in answers]

    return run


@pytest.fixture
def age(conn):
    """Moves failures of a user into the past: the oldest `count` of them, or all."""

    def move(user, seconds, count=10):
        conn.execute(
            f"""
            update login_failures as f
            set failed_at = array(
                select at - make_interval(secs => case when nr <= %s then %s else 0 end)
                from unnest(f.failed_at) with ordinality as t (at, nr)
                order by 1
            )
            where email_hash = {EMAIL_HASH}
            """,
            [count, seconds, user.email],
        )

    return move


def wait_of(answer):
    assert answer.status_code == 429
    assert answer.json["type"] == "/problems/too_many_attempts"
    return int(answer.headers["Retry-After"])


def test_the_eleventh_failure_is_429_and_so_is_the_right_password_then(fail, log_in, learner):
    assert fail(learner, 12) == [401] * 10 + [429] * 2
    answer = log_in(learner)
    assert 290 <= wait_of(answer) <= 300
    assert "Set-Cookie" not in answer.headers


def test_other_accounts_are_not_concerned(fail, log_in, learner, conn):
    fail(learner, 10)
    assert log_in(builders.make_user(conn)).status_code == 200


def test_case_and_spaces_do_not_make_another_account(fail, auth_call, new_client, learner):
    fail(learner, 5)
    spellings = [learner.email.upper(), learner.email.title(), f" {learner.email}", "\t{}\n"]
    spellings += [learner.email.capitalize(), learner.email]
    codes = [
        auth_call(
            "login",
            {"email": spelling.format(learner.email), "password": "wrong password"},
            client=new_client(),
        ).status_code
        for spelling in spellings
    ]
    assert codes == [401] * 5 + [429]


def test_unknown_emails_are_counted_like_known_ones(auth_call, new_client):
    body = {"email": "unknown@example.com", "password": "wrong password"}
    answers = [auth_call("login", body, client=new_client()) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 290 <= wait_of(answers[-1]) <= 300


def test_no_email_is_stored(fail, conn, learner):
    fail(learner)
    rows = conn.execute("select * from login_failures").fetchall()
    assert hashlib.sha256(learner.email.encode()).digest() in [row[0] for row in rows]
    assert learner.email not in str(rows)


def test_successes_are_free_and_forgive_nothing(fail, log_in, learner):
    assert fail(learner, 9) == [401] * 9
    assert [log_in(learner).status_code for _ in range(3)] == [200] * 3
    assert fail(learner, 2) == [401, 429]


def test_fifty_right_logins_at_once_all_pass(log_in, new_client, conn, at_once, live_sessions):
    learner = builders.make_user(conn)
    answers = at_once(lambda _: log_in(learner, client=new_client()), range(50))
    assert [answer.status_code for answer in answers] == [200] * 50
    assert live_sessions(learner) == 50


def test_the_window_slides(fail, age, log_in, learner):
    assert fail(learner, 10) == [401] * 10
    age(learner, 295, count=3)
    assert 1 <= wait_of(log_in(learner)) <= 5
    age(learner, 10, count=3)
    assert log_in(learner).status_code == 200
    assert fail(learner, 4) == [401] * 3 + [429]
    assert 280 <= wait_of(log_in(learner)) <= 300


def test_after_five_minutes_without_a_failure_all_ten_are_free_again(fail, age, learner):
    fail(learner, 10)
    age(learner, 300)
    assert fail(learner, 11) == [401] * 10 + [429]


def test_refused_attempts_do_not_prolong_the_wait(fail, age, log_in, learner):
    fail(learner, 10)
    age(learner, 290)
    assert fail(learner, 5) == [429] * 5
    age(learner, 10)
    assert log_in(learner).status_code == 200


def test_of_thirty_wrong_guesses_at_once_ten_are_401_and_the_rest_429(
    log_in, new_client, learner, at_once
):
    answers = at_once(lambda _: log_in(learner, "wrong", client=new_client()), range(30))
    codes = [answer.status_code for answer in answers]
    assert sorted(codes) == [401] * 10 + [429] * 20
    refused = [answer for answer in answers if answer.status_code == 429]
    assert {wait_of(answer) // 10 for answer in refused} <= {29, 30}


def test_a_failure_that_waited_for_ten_others_knows_how_long_to_wait(
    environ, log_in, learner, waits_for_lock
):
    """It had begun before the first of them was stored."""
    with psycopg.connect(environ["DATABASE_URL"]) as others:
        for _ in range(10):
            assert queries.auth.record_login_failure(others, email=learner.email) is None
        with ThreadPoolExecutor(1) as threads:
            eleventh = threads.submit(log_in, learner, "wrong")
            waits_for_lock()
            others.commit()
    assert 290 <= wait_of(eleventh.result()) <= 300


def test_the_right_one_of_many_guesses_at_once_cannot_be_told_from_the_refused(
    log_in, new_client, learner, fail, age, late_verification, live_sessions
):
    fail(learner, 9)
    age(learner, 200, count=1)
    with late_verification(lambda: log_in(learner)) as right:
        # It was looked up when one guess was left, and is verified when none is.
        tenth, eleventh = (log_in(learner, "wrong", client=new_client()) for _ in range(2))
    assert tenth.status_code == 401
    answer = right.result()
    assert abs(wait_of(answer) - wait_of(eleventh)) <= 2
    assert 90 <= wait_of(answer) <= 100
    assert list(answer.headers.keys()) == list(eleventh.headers.keys())
    assert live_sessions(learner) == 0


def test_a_right_guess_among_thirty_wrong_ones_passes_only_while_guesses_are_left(
    log_in, new_client, learner, at_once, live_sessions
):
    passwords = ["wrong"] * 30
    passwords[20] = builders.PASSWORD
    answers = at_once(lambda p: log_in(learner, p, client=new_client()), passwords)
    right = answers.pop(20)
    codes = [answer.status_code for answer in answers]
    assert sorted(codes) == [401] * 10 + [429] * 19
    assert live_sessions(learner) == {200: 1, 429: 0}[right.status_code]
