"""How the text of a setting is read. Each raises ValueError with the end of a sentence."""

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlsplit

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


def items(value: str) -> tuple[str, ...]:
    """What the commas separate."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def secrets(value: str) -> tuple[str, ...]:
    """Keys, each long enough."""
    keys = items(value)
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("each key needs at least 32 characters")
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
