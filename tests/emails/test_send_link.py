"""The job that e-mails a link: what is sent, how often, and what becomes of what cannot be."""

import re

import builders
import pytest
from emails.conftest import SITE

from courseapp import email_links, smtp
from courseapp.email_links import PAGES
from courseapp.jobs import defer
from courseapp.one_time_tokens import defer_link

API = "/api/v1/auth"
JOBS = "select task_name, status::text, attempts from procrastinate_jobs order by id"


@pytest.fixture
def send(conn, work):
    """Has a link e-mailed to a user; what the worker said."""

    def run(user_id, purpose="password_reset"):
        defer_link(conn, user_id, purpose)
        return work()

    return run


def link_in(message):
    """Page and token of the link in an e-mail."""
    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    found = re.search(rf"^{SITE}/([a-z-]+)#token=([0-9]+\.[\w-]{{43}})\r?$", plain, re.M)
    assert f'href="{found[0].strip()}"' in html
    return found.groups()


def post(client, name, **body):
    return client.post(f"{API}/{name}", json=body).status_code


def test_who_registers_is_sent_a_link_that_verifies_the_address(client, inbox, work):
    account = {"email": "New@example.com", "password": "password123", "full_name": "Żółw"}
    assert client.post(f"{API}/register", json=account | {"locale": "pl"}).status_code == 201
    assert inbox.messages == []
    work()
    (message,) = inbox.messages
    assert message["Subject"] == "Potwierdź swój adres e-mail"
    page, token = link_in(message)
    assert page == "verify-email"
    assert post(client, "verification/confirm", token=token) == 204
    assert post(client, "login", email=account["email"], password=account["password"]) == 200
    assert client.get(f"{API}/me").json["email_verified_at"]


def test_who_fails_to_register_is_sent_nothing(client, inbox, work, learner):
    account = {"email": learner.email, "password": "password123", "full_name": "Again"}
    assert client.post(f"{API}/register", json=account).status_code == 409
    work()
    assert inbox.messages == []


def test_who_asks_is_sent_another_link_until_they_are_verified(as_user, inbox, work, learner):
    client = as_user(learner)
    for _ in range(2):
        assert client.post(f"{API}/verification").status_code == 204
        work()
    first, second = (link_in(message)[1] for message in inbox.messages)
    assert post(client, "verification/confirm", token=first) == 422
    assert post(client, "verification/confirm", token=second) == 204
    assert client.post(f"{API}/verification").status_code == 204
    work()
    assert len(inbox.messages) == 2


def test_who_forgot_the_password_is_sent_a_link_that_sets_one(client, inbox, work, learner):
    # However it is typed, it goes to the address that was registered.
    assert post(client, "password-reset", email=f" {learner.email.upper()}\n") == 204
    work()
    (message,) = inbox.messages
    assert message["To"].addresses[0].addr_spec == learner.email
    assert inbox.envelopes[0][1] == [learner.email]
    page, token = link_in(message)
    assert page == "reset-password"
    body = {"token": token, "new_password": "a new password"}
    assert post(client, "password-reset/confirm", **body) == 204
    assert post(client, "password-reset/confirm", **body) == 422
    assert post(client, "login", email=learner.email, password="a new password") == 200


def test_nobody_is_sent_anything_under_an_address_without_an_account(
    client, conn, inbox, work, learner
):
    conn.execute("update users set deactivated_at = now() where id = %s", [learner.id])
    for email in ("nobody@example.com", learner.email):
        assert post(client, "password-reset", email=email) == 204
    work()
    assert inbox.messages == []
    assert conn.execute(JOBS).fetchall() == []


def test_who_is_deactivated_before_it_is_sent_is_sent_nothing(conn, send, inbox, learner):
    conn.execute("update users set deactivated_at = now() where id = %s", [learner.id])
    for purpose in PAGES:
        send(learner.id, purpose)
    assert inbox.messages == []


def test_only_the_hash_of_a_token_is_kept_and_for_how_long(conn, send, inbox, learner):
    for purpose in PAGES:
        send(learner.id, purpose)
    tokens = [link_in(message)[1] for message in inbox.messages]
    kept = conn.execute(
        "select t::text, purpose, extract(epoch from expires_at - created_at)::int"
        " from one_time_tokens as t where user_id = %s order by purpose",
        [learner.id],
    ).fetchall()
    assert [row[1:] for row in kept] == [("email_verification", 86_400), ("password_reset", 3600)]
    for token in tokens:
        assert not any(token.partition(".")[2] in row[0] for row in kept)
        assert len(token.partition(".")[2]) == 43
    assert conn.execute("select count(*) from procrastinate_jobs").fetchone() == (0,)


def test_three_an_hour_are_sent_of_each_kind_and_no_more(conn, send, inbox, learner):
    for _ in range(4):
        for purpose in PAGES:
            send(learner.id, purpose)
    send(builders.make_user(conn).id)
    subjects = [message["Subject"] for message in inbox.messages]
    assert subjects.count("Confirm your e-mail address") == 3
    # One of them to somebody else.
    assert subjects.count("Set a new password") == 3 + 1
    age = "update one_time_tokens set created_at = now() - interval '1 hour' where user_id = %s"
    conn.execute(age, [learner.id])
    send(learner.id)
    assert len(inbox.messages) == 8


def test_a_refusal_for_good_is_not_tried_again_and_can_be_seen(
    conn, send, inbox, learner, runner, caplog
):
    inbox.answers["RCPT"] = "550 No such user here"
    send(learner.id)
    assert "the mail server said 550 b'No such user here'" in caplog.text
    assert conn.execute(JOBS).fetchall() == [("send_link", "failed", 1)]
    listed = runner.invoke(args=["jobs", "list"]).output
    assert re.search(rf'send_link +failed +1 +{{.*"user_id": {learner.id}\b', listed)


def test_what_fails_for_now_is_tried_again_and_counts_for_nothing(
    conn, client, send, work, inbox, learner
):
    send(learner.id)
    inbox.answers["DATA"] = "451 Come back later"
    send(learner.id)
    for attempts in (2, 3, 4):
        work()
        assert conn.execute(JOBS).fetchall() == [("send_link", "todo", attempts)]
    # Meanwhile the earlier link is good.
    found = "select count(*) from one_time_tokens where user_id = %s and expires_at > now()"
    assert conn.execute(found, [learner.id]).fetchone() == (1,)
    inbox.answers.clear()
    work()
    first, second = (link_in(message)[1] for message in inbox.messages)
    body = {"new_password": "a new password"}
    assert post(client, "password-reset/confirm", token=first, **body) == 422
    assert post(client, "password-reset/confirm", token=second, **body) == 204


def test_a_job_that_is_done_again_after_a_crash_ends_the_link_it_had_sent(
    client, send, work, inbox, learner, monkeypatch
):
    """As if the worker died after the e-mail and before it could say so."""

    class Death(BaseException):
        pass

    def last_deed(message):
        smtp.deliver(message)
        raise Death

    with monkeypatch.context() as patch:
        patch.setattr(email_links, "deliver", last_deed)
        send(learner.id)
    work()
    first, second = (link_in(message)[1] for message in inbox.messages)
    body = {"new_password": "a new password"}
    assert post(client, "password-reset/confirm", token=first, **body) == 422
    assert post(client, "password-reset/confirm", token=second, **body) == 204


def test_no_connection_is_held_while_the_mail_server_thinks(
    sending_app, conn, send, inbox, learner
):
    seen = []

    def look():
        pool = sending_app.extensions["database"].pool.get_stats()
        busy = conn.execute(
            "select count(*) from pg_stat_activity"
            " where application_name = 'courseapp' and state <> 'idle'"
        )
        seen.append((pool["pool_available"] == pool["pool_size"] > 0, *busy.fetchone()))

    inbox.on_data = look
    send(learner.id)
    assert seen == [(True, 0)]


def test_of_one_user_and_purpose_one_job_waits_and_nobodys_hold_up_nobody(conn, inbox, learner):
    for user_id in (learner.id, learner.id, None, None):
        defer_link(conn, user_id, "password_reset")
    defer_link(conn, learner.id, "email_verification")
    locks = conn.execute("select lock from procrastinate_jobs").fetchall()
    assert len(set(locks)) == len(locks) == 4


def test_in_development_a_link_is_printed_that_works(as_user, client, conn, work, learner, runner):
    defer(conn, "send_link", user_id=learner.id, purpose="email_verification")
    said = runner.invoke(args=["jobs", "work", "--once"]).output
    token = re.search(r"^http://127.0.0.1:8000/verify-email#token=(\S+)$", said, re.M)[1]
    assert post(client, "verification/confirm", token=token) == 204
    assert as_user(learner).get(f"{API}/me").json["email_verified_at"]
