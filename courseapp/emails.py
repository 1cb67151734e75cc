"""The e-mails, in English and Polish: plain text, and the same as HTML."""

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from jinja2 import Environment

from courseapp.jobs import HopelessError
from courseapp.one_time_tokens import EMAIL_VERIFICATION, PASSWORD_RESET


@dataclass(frozen=True)
class Text:
    """What an e-mail says around its link. `{site}` is the front end's address.

    How long a link lasts is in sql/auth/create_token.sql.
    """

    subject: str
    before: str
    button: str
    after: tuple[str, ...]


TEXTS = {
    (EMAIL_VERIFICATION, "en"): Text(
        "Confirm your e-mail address",
        "somebody, hopefully you, has made an account at {site} with this e-mail address. "
        "Please confirm that it is yours:",
        "Confirm the address",
        (
            "The link works for 24 hours, and only the newest one does.",
            "If you did not make an account, you need not do anything.",
        ),
    ),
    (EMAIL_VERIFICATION, "pl"): Text(
        "Potwierdź swój adres e-mail",
        "ktoś, mamy nadzieję, że Ty, założył konto na {site} z tym adresem e-mail. "
        "Potwierdź, proszę, że adres należy do Ciebie:",
        "Potwierdzam adres",
        (
            "Link działa przez 24 godziny. Działa tylko link z najnowszej wiadomości.",
            "Jeśli to nie Ty, nie musisz nic robić.",
        ),
    ),
    (PASSWORD_RESET, "en"): Text(
        "Set a new password",
        "somebody, hopefully you, has asked for a new password for your account at {site}. "
        "You can set it here:",
        "Set a new password",
        (
            "The link works once, for one hour, and only the newest one does. "
            "A new password ends all your sessions.",
            "If you did not ask for this, you need not do anything: your password stays as it is.",
        ),
    ),
    (PASSWORD_RESET, "pl"): Text(
        "Ustaw nowe hasło",
        "ktoś, mamy nadzieję, że Ty, poprosił o nowe hasło do Twojego konta na {site}. "
        "Możesz je ustawić tutaj:",
        "Ustawiam nowe hasło",
        (
            "Link działa raz, przez godzinę, i tylko z najnowszej wiadomości. "
            "Nowe hasło kończy wszystkie Twoje sesje.",
            "Jeśli to nie Twoja prośba, nie musisz nic robić: hasło pozostaje bez zmian.",
        ),
    ),
}
GREETINGS = {"en": "Hello{name},", "pl": "Dzień dobry{name},"}

_HTML = Environment(autoescape=True).from_string("""\
<!doctype html>
<html lang="{{ language }}">
<head><meta charset="utf-8"><title>{{ subject }}</title></head>
<body style="font-family: sans-serif; max-width: 36em">
<p>{{ greeting }}</p>
<p>{{ before }}</p>
<p><a href="{{ link }}">{{ button }}</a></p>
{% for paragraph in after %}<p>{{ paragraph }}</p>
{% endfor %}</body>
</html>
""")
# What a mail program would turn into a link, or decode; and no greeting is that long.
_NO_NAME = re.compile(r"[/:@\\]|\.\w\w|=\?|.{61}")


def link_email(
    purpose: str, email: str, full_name: str, locale: str, site: str, link: str
) -> EmailMessage:
    """The e-mail that carries a link, still without its sender.

    :param locale: a language tag; English for a language that there is not
    :raise HopelessError: if `email` cannot be written as an address.
    """
    language = locale.partition("-")[0]
    if language not in GREETINGS:
        language = "en"
    text = TEXTS[purpose, language]
    name = harmless(full_name)
    greeting = GREETINGS[language].format(name=name and f" {name}")
    before = text.before.format(site=site)

    message = EmailMessage(SMTP)
    message["Subject"] = text.subject
    message["To"] = _address(name, email)
    message["Auto-Submitted"] = "auto-generated"
    # Not as 8 bits, which old servers break, nor in lines that are too long.
    encoding = {"cte": "quoted-printable"}
    plain = "\n\n".join([greeting, before, link, *text.after])
    message.set_content(f"{plain}\n", **encoding)
    html = _HTML.render(vars(text) | locals())
    message.add_alternative(html, subtype="html", **encoding)
    # Earlier it would become a header of the first part.
    message["Content-Language"] = language
    return message


def _address(name: str, email: str) -> Address:
    local_part, _, domain = email.rpartition("@")
    if not local_part.startswith('"'):
        # With any letters, which as one text it would refuse.
        return Address(name, local_part, domain)
    try:
        return Address(name, addr_spec=email)
    except (MessageError, ValueError) as error:
        raise HopelessError("the e-mail is no address that can be written to") from error


def harmless(full_name: str) -> str:
    """A name as it may stand in an e-mail: on one line, and nothing that only looks like a name.

    Anybody may register with somebody else's address, and then their name is our advertisement.
    """
    printable = "".join(sign if sign.isprintable() else " " for sign in full_name)
    name = " ".join(printable.split())
    return "" if _NO_NAME.search(name) else name
