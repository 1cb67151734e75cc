"""Settings: the environment in, checked values out."""

import fcntl
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from redis.connection import parse_url

from courseapp import setting_values as values
from courseapp.credential_keys import parse_key

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


SETTINGS = (
    Setting(
        "APP_ENV",
        values.one_of("production", "development"),
        "production",
        "`development` allows cookies over plain HTTP and the demo data.",
    ),
    Setting(
        "DATABASE_URL",
        values.url("postgresql", "postgres"),
        None,
        "PostgreSQL 16 or newer, as the service's role.",
    ),
    Setting(
        "DATABASE_OWNER_URL",
        values.url("postgresql", "postgres"),
        "",
        "The same database as the owner of its tables, for migrations. Default: `DATABASE_URL`.",
    ),
    Setting("REDIS_URL", values.redis_url, None, "Redis 6 or newer."),
    Setting(
        "CACHE_REDIS_URL",
        values.redis_url,
        "",
        "A Redis database for the cache alone, which empties it. Default: the one after that of "
        "`REDIS_URL`.",
    ),
    Setting(
        "CACHE",
        values.one_of("on", "off"),
        "on",
        "`off` answers everything from PostgreSQL, as if the cache's Redis were gone.",
    ),
    Setting(
        "SECRET_KEYS",
        values.secrets,
        None,
        "Signs the tokens. Comma-separated: the first signs, all are accepted, so that a key "
        "can be replaced without logging anybody out.",
    ),
    Setting(
        "ALLOWED_ORIGINS",
        values.origins,
        "",
        "Comma-separated origins of front ends on other hosts, such as `https://www.example.com`.",
    ),
    Setting(
        "TRUSTED_PROXIES",
        values.networks,
        "",
        "Comma-separated networks of the load balancers; only they may name the client's address. "
        "A load balancer on a Unix socket counts as 127.0.0.1.",
    ),
    Setting(
        "ACCESS_TOKEN_SECONDS",
        values.integer(60, 86_400),
        "3600",
        "How long an access token lasts. Logging out ends it at once all the same.",
    ),
    Setting(
        "REFRESH_TOKEN_SECONDS",
        values.integer(3600, 31_536_000),
        "2592000",
        "How long a session lasts without being refreshed.",
    ),
    Setting(
        "DATABASE_POOL_SIZE",
        values.integer(1, 100),
        "4",
        "Connections of each worker process; as many as it has threads.",
    ),
    Setting(
        "DATABASE_POOL_TIMEOUT_SECONDS",
        values.integer(1, 60),
        "2",
        "How long a request waits for a connection before it is answered 503.",
    ),
    Setting(
        "MAX_BODY_BYTES",
        values.integer(1024, 10_485_760),
        "65536",
        "Largest accepted body; what authors write may have 1 MiB, an import 2.",
    ),
    Setting(
        "SMTP_URL",
        values.smtp_url,
        "",
        "The mail server: `smtps://user:password@host:port`, `smtp+starttls://…`, or `smtp://…` "
        "without encryption. Without it the worker prints e-mails in development, and fails to "
        "send them in production.",
    ),
    Setting(
        "EMAIL_FROM",
        values.mailbox,
        "",
        "Who e-mails are from, such as `Courses <no-reply@example.com>`. Required with `SMTP_URL`.",
    ),
    Setting(
        "FRONTEND_URL",
        values.web_address,
        "",
        "The front end, to whose pages the links in e-mails lead, such as "
        "`https://www.example.com`. Required with `SMTP_URL`.",
    ),
    Setting(
        "PUBLIC_URL",
        values.web_address,
        "",
        "Where the world reaches the service, such as `https://api.example.com`; certificates lead "
        "there to be verified. Without it none are issued in production.",
    ),
    Setting(
        "CERTIFICATE_ISSUER",
        str,
        "courseapp",
        "The name of the platform, on certificates.",
    ),
    Setting(
        "CREDENTIAL_KEY",
        parse_key,
        "",
        "The Ed25519 key that signs credentials, 32 bytes in base64url: `flask certificates key` "
        "prints a new one. Keep it; another key is another issuer. Without it certificates have no "
        "credential.",
    ),
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
    Setting(
        "PLAYBACK_TOKEN_SECONDS",
        values.integer(600, 604_800),
        "7200",
        "How long such a token lasts at most; half of that at least. Players ask for the next one.",
    ),
    Setting(
        "MUX_TOKEN_ID",
        str,
        "",
        "The id of an access token of Mux's API; with it authors can upload videos.",
    ),
    Setting("MUX_TOKEN_SECRET", str, "", "The secret of that token."),
    Setting(
        "MUX_API_URL", values.url("https", "http"), "https://api.mux.com", "Where Mux's API is."
    ),
    Setting(
        "MUX_WEBHOOK_SECRETS",
        values.webhook_secrets,
        "",
        "Comma-separated signing secrets of Mux's webhook; all are accepted, so that one can be "
        "replaced. Without them no events are taken.",
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
    found, wrong = {}, []
    for setting in SETTINGS:
        text = environ.get(setting.name) or setting.default
        try:
            if text is None:
                raise ValueError("is not set (`make run` sets it while it runs)")
            found[setting.name] = setting.parse(text)
        except ValueError as error:
            wrong.append(f"{setting.name} {error}")
    cache = found.get("CACHE_REDIS_URL")
    if cache and "REDIS_URL" in found and parse_url(cache) == parse_url(found["REDIS_URL"]):
        wrong.append(
            "CACHE_REDIS_URL names the database of REDIS_URL, and the cache empties its own"
        )
    if found.get("SMTP_URL"):
        wrong += [
            f"{name} is not set, and SMTP_URL is"
            for name in ("EMAIL_FROM", "FRONTEND_URL")
            if name in found and not found[name]
        ]
    if wrong:
        raise ConfigError("\n".join(wrong))
    if found["APP_ENV"] == "development":
        found["PUBLIC_URL"] = found["PUBLIC_URL"] or "http://127.0.0.1:8000"
    found["DATABASE_OWNER_URL"] = found["DATABASE_OWNER_URL"] or found["DATABASE_URL"]
    return found
