"""How the text of a setting is read. Each raises ValueError with the end of a sentence."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

from redis.connection import parse_url


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of these words."""

    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value

    return parse


def integer(low: int, high: int) -> Callable[[str], int]:
    """A whole number within these limits."""

    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return parse


def url(*schemes: str) -> Callable[[str], str]:
    """A URL of one of these schemes, or nothing."""

    def parse(value: str) -> str:
        if value and value.partition("://")[0] not in schemes:
            raise ValueError(f"must begin with {' or '.join(s + '://' for s in schemes)}")
        return value

    return parse


def redis_url(value: str) -> str:
    """The URL of a database of Redis, or nothing."""
    if url("redis", "rediss", "unix")(value):
        # Raises, too.
        parse_url(value)
        path = urlsplit(value).path.strip("/")
        if not value.startswith("unix") and path and not path.isdecimal():
            raise ValueError("names no database: its path must be a number")
    return value


@dataclass(frozen=True)
class MailServer:
    """Where e-mails are handed in; without a user nobody logs in there."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)


_SMTP_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def smtp_url(value: str) -> MailServer | None:
    """The URL of a mail server, or nothing. No message has its password."""
    if not value:
        return None
    url(*_SMTP_PORTS)(value)
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port or _SMTP_PORTS[parts.scheme]
    except ValueError:
        host = port = None
    if not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("is no smtp://user:password@host:port; special characters need %XX")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.scheme, host, port, user, password)


def mailbox(value: str) -> Address | None:
    """One e-mail address, with a name or without, or nothing."""
    if not value:
        return None
    header = SMTP.header_factory("From", value) if value.isprintable() else None
    found = header.addresses if header and not header.defects else ()
    if len(found) != 1 or not found[0].domain or not found[0].addr_spec.isascii():
        raise ValueError("is no address such as Courses <no-reply@example.com>")
    return found[0]


def web_address(value: str) -> str:
    """The beginning of the addresses of a web site, without the last slash, or nothing."""
    if value and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(/[\w.~/-]*)?", value, re.ASCII):
        raise ValueError("is no address such as https://www.example.com")
    return value.rstrip("/")


def items(value: str) -> tuple[str, ...]:
    """What the commas separate."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def secrets(value: str) -> tuple[str, ...]:
    """Keys, each long enough."""
    keys = items(value)
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("each key needs at least 32 characters")
    return keys


def webhook_secrets(value: str) -> tuple[str, ...]:
    """Keys that another service has made, or none."""
    keys = items(value)
    if any(len(key) < 16 for key in keys):
        raise ValueError("each secret needs at least 16 characters")
    return keys


def origins(value: str) -> tuple[str, ...]:
    """Origins of front ends."""
    for origin in items(value):
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin):
            raise ValueError(f"{origin!r} is no origin such as https://www.example.com")
    return items(value)


def networks(value: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Networks."""
    return tuple(ipaddress.ip_network(part) for part in items(value))
