"""Handing an e-mail in at a mail server that is there, or away, slow, unwilling, or not trusted."""

import smtplib
import socket
import ssl
import time
from email.utils import parsedate_to_datetime

import pytest
from emails.conftest import SENDER, SITE, serving

from courseapp import smtp
from courseapp.emails import link_email
from courseapp.jobs import HopelessError

SENDING = {"EMAIL_FROM": SENDER, "FRONTEND_URL": SITE}


@pytest.fixture
def deliver(make_app):
    """Sends an e-mail through the server at a URL."""

    def send(url, email="ada@example.com", name="Łucja Wójcik"):
        app = make_app(**SENDING | {"SMTP_URL": url})
        with app.app_context():
            smtp.deliver(link_email("password_reset", email, name, "pl", SITE, f"{SITE}/#x"))

    return send


def test_it_arrives_with_all_that_an_e_mail_needs(deliver, mailbox):
    with serving(mailbox) as address:
        deliver(f"smtp://{address}")
        deliver(f"smtp://{address}")
    first, second = mailbox.messages
    assert not first.defects
    assert str(first["From"]) == SENDER
    assert str(first["To"]) == "Łucja Wójcik <ada@example.com>"
    assert first["Subject"] == "Ustaw nowe hasło"
    assert abs(parsedate_to_datetime(first["Date"]).timestamp() - time.time()) < 10
    assert first["Message-ID"].endswith("@example.com>")
    assert first["Message-ID"] != second["Message-ID"]
    assert "Dzień dobry Łucja Wójcik," in first.get_body(("plain",)).get_content()
    assert mailbox.envelopes[0] == ("no-reply@example.com", ["ada@example.com"], False)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_it_travels_encrypted_and_logs_in(
    deliver, mailbox, certificate, server_tls, monkeypatch, scheme
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = "ssl_context" if scheme == "smtps" else "tls_context"
    # It does not notice that SMTPS is encrypted.
    options = {"auth_require_tls": scheme != "smtps", "authenticator": mailbox.authenticate}
    options[tls] = server_tls
    with serving(mailbox, **options) as address:
        deliver(f"{scheme}://us%40er:pass%2Fword@{address}")
        with pytest.raises(smtplib.SMTPAuthenticationError):
            deliver(f"{scheme}://us%40er:wrong@{address}")
    assert len(mailbox.messages) == 1
    assert mailbox.logins
    assert all(mailbox.logins)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_that_cannot_prove_who_it_is_gets_nothing(deliver, mailbox, server_tls, scheme):
    tls = "ssl_context" if scheme == "smtps" else "tls_context"
    with (
        serving(mailbox, **{tls: server_tls}) as address,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        deliver(f"{scheme}://user:secret@{address}")
    assert mailbox.messages == mailbox.logins == []


def test_a_server_without_starttls_gets_nothing(deliver, mailbox):
    with (
        serving(mailbox, authenticator=mailbox.authenticate) as address,
        pytest.raises(smtplib.SMTPNotSupportedError),
    ):
        deliver(f"smtp+starttls://user:secret@{address}")
    assert mailbox.messages == mailbox.logins == []


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_what_is_refused_for_good_is_hopeless_and_what_is_not_may_be_tried_again(
    deliver, mailbox, command
):
    with serving(mailbox) as address:
        mailbox.answers[command] = "550 No such user here"
        with pytest.raises(HopelessError, match="550 b'No such user here'"):
            deliver(f"smtp://{address}")
        mailbox.answers[command] = "451 Come back later"
        with pytest.raises(smtplib.SMTPException):
            deliver(f"smtp://{address}")
    assert mailbox.messages == []


def test_it_is_sent_although_the_server_says_goodbye_badly(deliver, mailbox):
    mailbox.answers["QUIT"] = "421 Busy"
    with serving(mailbox) as address:
        deliver(f"smtp://{address}")
    assert len(mailbox.messages) == 1


def test_a_server_that_is_away_is_an_error(deliver):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        deliver(f"smtp://127.0.0.1:{port}")


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_says_nothing_is_given_up(deliver, monkeypatch, scheme):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        with pytest.raises((OSError, smtplib.SMTPException)):
            deliver(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("email", ["żółw@example.com", "ada@żółw.pl"])
def test_other_letters_need_a_server_that_takes_them(deliver, mailbox, email):
    with serving(mailbox) as address:
        deliver(f"smtp://{address}", email)
    assert mailbox.envelopes == [("no-reply@example.com", [email], True)]
    assert mailbox.messages[0]["To"].addresses[0].addr_spec == email
    with serving(mailbox, enable_SMTPUTF8=False) as address, pytest.raises(HopelessError):
        deliver(f"smtp://{address}", email)


def test_a_quoted_address_reaches_the_server_as_it_is(deliver, mailbox):
    with serving(mailbox) as address:
        deliver(f"smtp://{address}", '"two words"@example.com')
    assert mailbox.envelopes[0][1] == ['"two words"@example.com']


def test_without_a_server_it_is_printed_in_development(deliver, capsys):
    deliver("")
    said = capsys.readouterr().out
    assert said.startswith("--- E-mail to Łucja Wójcik <ada@example.com>: Ustaw nowe hasło\n")
    assert f"\n{SITE}/#x\n" in said


def test_without_a_server_it_is_an_error_in_production(make_app):
    app = make_app(APP_ENV="production")
    message = link_email("password_reset", "a@example.com", "Ada", "en", SITE, SITE)
    with app.app_context(), pytest.raises(HopelessError, match="SMTP_URL is not set"):
        smtp.deliver(message)
