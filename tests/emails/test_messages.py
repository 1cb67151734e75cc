"""What e-mails say, in which language, and that no name can do harm in them."""

import re
from email import message_from_bytes, policy

import pytest

from courseapp.email_links import PAGES
from courseapp.emails import TEXTS, link_email
from courseapp.jobs import HopelessError

SITE = "https://www.example.com"
LINK = f"{SITE}/reset-password#token=1.abc-_"


def written(purpose="password_reset", email="a@example.com", name="Ada Nowak", locale="en"):
    """An e-mail, as its receiver reads it."""
    message = link_email(purpose, email, name, locale, SITE, LINK)
    return message_from_bytes(message.as_bytes(), policy=policy.SMTP)


def parts(message):
    """Its plain text and its HTML."""
    found = [message.get_body((kind,)).get_content() for kind in ("plain", "html")]
    return [text.replace("\r\n", "\n") for text in found]


@pytest.mark.parametrize(
    ("locale", "language", "greeting"),
    [
        ("en", "en", "Hello Ada Nowak,"),
        ("pl", "pl", "Dzień dobry Ada Nowak,"),
        ("pl-PL", "pl", "Dzień dobry Ada Nowak,"),
        ("en-GB", "en", "Hello Ada Nowak,"),
        ("de", "en", "Hello Ada Nowak,"),
        ("plt", "en", "Hello Ada Nowak,"),
    ],
)
@pytest.mark.parametrize("purpose", PAGES)
def test_both_parts_say_the_same_in_the_readers_language(purpose, locale, language, greeting):
    message = written(purpose, locale=locale)
    text = TEXTS[purpose, language]
    assert message["Subject"] == text.subject
    assert message["Content-Language"] == language
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    plain, html = parts(message)
    assert f'<html lang="{language}">' in html
    assert f'<a href="{LINK}">{text.button}</a>' in html
    assert f"\n{LINK}\n" in plain
    for said in (greeting, text.before.format(site=SITE), *text.after):
        assert said in plain
        assert said in html


def test_every_e_mail_is_there_in_every_language():
    assert set(TEXTS) == {(purpose, language) for purpose in PAGES for language in ("en", "pl")}


def test_it_is_ascii_in_short_lines_and_no_machine_answers_it():
    message = link_email("password_reset", "a@example.com", "Łucja", "pl", SITE, LINK)
    assert message["Auto-Submitted"] == "auto-generated"
    lines = message.as_bytes().split(b"\r\n")
    assert all(line.isascii() and len(line) <= 78 for line in lines)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Łucja Wójcik", "Łucja Wójcik"),
        ("名前", "名前"),
        ("J. R. R. Tolkien", "J. R. R. Tolkien"),
        ("Martin Luther King, Jr.", "Martin Luther King, Jr."),
        ('Ada "the Countess" <Lovelace>; (x)', 'Ada "the Countess" <Lovelace>; (x)'),
        ("Ada\r\nBcc, spy", "Ada Bcc, spy"),
        ("\n\tAda\u2028Nowak\x85\x00\x1b[31m", "Ada Nowak [31m"),
        ("Ada \u202emoc\u202c", "Ada moc"),
        ("=?utf-8?q?Ada?=", ""),
        ("=?utf-8?q?Ada=0D=0ABcc=3A_spy?=", ""),
        ("<script>alert(1)</script>", ""),
        ("Ada\r\nBcc: spy@example.org", ""),
        ("Buy cheap at evil.example", ""),
        ("https://evil.example", ""),
        ("x" * 61, ""),
        ("{site} {{ link }} %s", "{site} {{ link }} %s"),
    ],
)
def test_a_hostile_name_is_only_a_name_or_left_out(name, shown):
    message = written(name=name)
    (to,) = message["To"].addresses
    assert (to.display_name, to.addr_spec) == (shown, "a@example.com")
    assert set(message.keys()) == {
        "Subject", "To", "Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type",
    }  # fmt: skip
    plain, html = parts(message)
    assert plain.splitlines()[0] == (f"Hello {shown}," if shown else "Hello,")
    assert re.findall(r"https?://[\w.]*\w", plain) == [SITE, SITE]
    assert "<script" not in html
    assert "<Lovelace" not in html


@pytest.mark.parametrize(
    "email",
    [
        "a@example.com",
        "żółw@example.com",
        "a@żółw.pl",
        "o'neil+tag@sub.example.com",
        '"two words"@example.com',
        "a@[127.0.0.1]",
        "a@localhost",
    ],
)
def test_every_address_that_may_register_can_be_written_to(email):
    message = link_email("password_reset", email, "Ada", "en", SITE, LINK)
    assert [address.addr_spec for address in message["To"].addresses] == [email]


def test_what_is_no_address_is_hopeless():
    with pytest.raises(HopelessError):
        written(email='"a\x01\\"@example.com')
