"""Settings: the environment in, checked values out."""

import fcntl
import ipaddress
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from redis.connection import parse_url

PACKAGE = Path(__file__).resolve().parent
# The folder that holds sql/ and migrations/: the checkout, or in an installed
# wheel the package itself.
RESOURCES = PACKAGE if (PACKAGE / "sql").is_dir() else PACKAGE.parent
CHECKOUT = RESOURCES if RESOURCES != PACKAGE else None
# Written by `make run`, so that `flask` commands find its servers.
DEV_ENVIRONMENT = CHECKOUT / ".dev" / "environment.json" if CHECKOUT else None


class ConfigError(click.ClickException):
    """A setting is missing or has a value that cannot be used."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: how it is read and what it is for."""

    name: str
    parse: Callable[[str], Any]
    default: str | None
    help: str


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value

    return parse


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return parse


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value and value.partition("://")[0] not in schemes:
            raise ValueError(f"must begin with {' or '.join(s + '://' for s in schemes)}")
        return value

    return parse


def _redis_url(value: str) -> str:
    url = _url("redis", "rediss", "unix")(value)
    if url:
        options = parse_url(url)
        path = urlsplit(url).path.strip("/")
        if not url.startswith("unix") and path and not path.isdecimal():
            raise ValueError("names no database: its path must be a number")
        if options.get("db", 0) < 0:
            raise ValueError("names no database: its number is negative")
    return url


def _items(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _secrets(value: str) -> tuple[str, ...]:
    keys = _items(value)
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("each key needs at least 32 characters")
    return keys


def _origins(value: str) -> tuple[str, ...]:
    for origin in _items(value):
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin):
            raise ValueError(f"{origin!r} is no origin such as https://www.example.com")
    return _items(value)


def _networks(value: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(part) for part in _items(value))


SETTINGS = (
    Setting(
        "APP_ENV",
        _one_of("production", "development"),
        "production",
        "`development` allows cookies over plain HTTP and the demo data.",
    ),
    Setting(
        "DATABASE_URL",
        _url("postgresql", "postgres"),
        None,
        "PostgreSQL 16 or newer, as the service's role.",
    ),
    Setting(
        "DATABASE_OWNER_URL",
        _url("postgresql", "postgres"),
        "",
        "The same database as the owner of its tables, for migrations. Default: `DATABASE_URL`.",
    ),
    Setting("REDIS_URL", _redis_url, None, "Redis 6 or newer."),
    Setting(
        "CACHE_REDIS_URL",
        _redis_url,
        "",
        "A Redis database for the cache alone, which empties it. Default: the one after that of "
        "`REDIS_URL`.",
    ),
    Setting(
        "SECRET_KEYS",
        _secrets,
        None,
        "Signs the tokens. Comma-separated: the first signs, all are accepted, so that a key "
        "can be replaced without logging anybody out.",
    ),
    Setting(
        "ALLOWED_ORIGINS",
        _origins,
        "",
        "Comma-separated origins of front ends on other hosts, such as `https://www.example.com`.",
    ),
    Setting(
        "TRUSTED_PROXIES",
        _networks,
        "",
        "Comma-separated networks of the load balancers; only they may name the client's address. "
        "A load balancer on a Unix socket counts as 127.0.0.1.",
    ),
    Setting(
        "ACCESS_TOKEN_SECONDS",
        _integer(60, 86_400),
        "3600",
        "How long an access token lasts. Logging out ends it at once all the same.",
    ),
    Setting(
        "REFRESH_TOKEN_SECONDS",
        _integer(3600, 31_536_000),
        "2592000",
        "How long a session lasts without being refreshed.",
    ),
    Setting(
        "DATABASE_POOL_SIZE",
        _integer(1, 100),
        "4",
        "Connections of each worker process; as many as it has threads.",
    ),
    Setting(
        "DATABASE_POOL_TIMEOUT_SECONDS",
        _integer(1, 60),
        "2",
        "How long a request waits for a connection before it is answered 503.",
    ),
    Setting("MAX_BODY_BYTES", _integer(1024, 10_485_760), "65536", "Largest accepted body."),
    Setting(
        "MUX_SIGNING_KEY_ID",
        str,
        "",
        "Mux signing key; with it playback URLs carry a short-lived token.",
    ),
    Setting(
        "MUX_SIGNING_PRIVATE_KEY",
        str,
        "",
        "The private half of that key as Mux hands it out: a PEM file in base64.",
    ),
)


def environment() -> dict[str, str]:
    """The process's environment over the values of the `make run` that is running here."""
    defaults = {}
    if DEV_ENVIRONMENT and DEV_ENVIRONMENT.is_file() and _is_held(DEV_ENVIRONMENT.parent / "lock"):
        defaults = json.loads(DEV_ENVIRONMENT.read_text())
    return defaults | os.environ


def _is_held(lock: Path) -> bool:
    """Whether the programs of `make run` are there: a run that was killed leaves its file."""
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass
    return False


def load(environ: Mapping[str, str]) -> dict[str, Any]:
    """Read every setting from `environ`.

    :raise ConfigError: naming every setting that is missing or wrong.
    """
    values, wrong = {}, []
    for setting in SETTINGS:
        text = environ.get(setting.name) or setting.default
        try:
            if text is None:
                raise ValueError("is not set (`make run` sets it while it runs)")
            values[setting.name] = setting.parse(text)
        except ValueError as error:
            wrong.append(f"{setting.name} {error}")
    cache = values.get("CACHE_REDIS_URL")
    if cache and "REDIS_URL" in values and parse_url(cache) == parse_url(values["REDIS_URL"]):
        wrong.append(
            "CACHE_REDIS_URL names the database of REDIS_URL, and the cache empties its own"
        )
    if wrong:
        raise ConfigError("\n".join(wrong))
    values["DATABASE_OWNER_URL"] = values["DATABASE_OWNER_URL"] or values["DATABASE_URL"]
    return values
