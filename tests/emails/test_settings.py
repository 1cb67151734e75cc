"""SMTP_URL, EMAIL_FROM and FRONTEND_URL: what they may be, and that nobody reads the password."""

import pytest
from emails.conftest import SENDER, SITE

from courseapp import config

OTHERS = {"DATABASE_URL": "postgresql://", "REDIS_URL": "redis://", "SECRET_KEYS": "x" * 32}
GOOD = {"SMTP_URL": "smtp://mail.example.com", "EMAIL_FROM": SENDER, "FRONTEND_URL": SITE}


def load(**settings):
    return config.load(OTHERS | GOOD | settings)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", ("smtp", "mail.example.com", 25, "", "")),
        ("smtps://mail.example.com/", ("smtps", "mail.example.com", 465, "", "")),
        ("smtp+starttls://[::1]", ("smtp+starttls", "::1", 587, "", "")),
        ("smtps://us%40er:pass%2Fw%C5%BC@h:99", ("smtps", "h", 99, "us@er", "pass/wż")),
    ],
)
def test_a_mail_server_is_read_from_its_url(url, server):
    found = load(SMTP_URL=url)["SMTP_URL"]
    assert (found.scheme, found.host, found.port, found.user, found.password) == server
    assert "pass/w" not in repr(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "mail.example.com"),
        ("SMTP_URL", "http://mail.example.com"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://user:sec/ret@mail.example.com"),
        ("SMTP_URL", "smtp://user:secret@mail.example.com:port"),
        ("SMTP_URL", "smtp://user:secret@mail.example.com?tls=1"),
        ("EMAIL_FROM", "Courses"),
        ("EMAIL_FROM", "a@example.com, b@example.com"),
        ("EMAIL_FROM", "Courses, Inc. <a@example.com>"),
        ("EMAIL_FROM", "Courses\n<a@example.com>"),
        ("EMAIL_FROM", "Courses <a@żółw.pl>"),
        ("FRONTEND_URL", "www.example.com"),
        ("FRONTEND_URL", "https://www.example.com/#top"),
        ("FRONTEND_URL", "javascript:alert(1)"),
        ("FRONTEND_URL", "https://www.example.com/ x"),
    ],
)
def test_what_is_wrong_is_named_without_the_password(name, value):
    with pytest.raises(config.ConfigError) as caught:
        load(**{name: value})
    assert caught.value.message.startswith(f"{name} ")
    assert "\n" not in caught.value.message
    assert "secret" not in caught.value.message


def test_who_sends_e_mails_has_to_say_from_whom_and_where_links_lead():
    with pytest.raises(config.ConfigError) as caught:
        load(EMAIL_FROM="", FRONTEND_URL="")
    assert caught.value.message == (
        "EMAIL_FROM is not set, and SMTP_URL is\nFRONTEND_URL is not set, and SMTP_URL is"
    )
    assert load(SMTP_URL="", EMAIL_FROM="", FRONTEND_URL="")["SMTP_URL"] is None


def test_the_front_end_may_live_under_a_path():
    assert (
        load(FRONTEND_URL="https://example.com/app/")["FRONTEND_URL"] == "https://example.com/app"
    )
