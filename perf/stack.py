"""The whole service as load tests meet it: its servers, gunicorns behind HAProxy, two workers."""

import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from courseapp import create_app
from courseapp.config import CHECKOUT
from courseapp.credential_keys import new_key
from courseapp.db import connect_as_owner, queries
from courseapp.devchecks import answers
from courseapp.devprocess import Child, ServerError
from courseapp.devservers import Servers
from courseapp.devstack import as_service, run_command

HAPROXY = CHECKOUT / "deploy/haproxy.cfg"
# Part of the data stays in PostgreSQL's memory, as on the server that would hold it.
POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
MILLION = ("--users", "10000", "--courses", "200", "--progress", "1000000")
# On Debian it is where only root's PATH leads.
SBIN = ":/usr/local/sbin:/usr/sbin:/sbin"


@dataclass
class Stack:
    """The service while it runs.

    :ivar children: its programs by name, `web 1` and on among them
    :ivar statistics: HAProxy's socket
    """

    url: str
    app: Flask
    settings: dict[str, str]
    statistics: Path
    children: dict[str, Child] = field(default_factory=dict)

    def login_as(self, count: int) -> dict:
        """What `flask seed logins` prints."""
        return logins(self.app, count)


@contextmanager
def start_stack(
    folder: Path, load: Sequence[str] = MILLION, threads: int = 4, **settings: str
) -> Iterator[Stack]:
    """Start everything, with load data; stop it at the end. The data stay in `folder`.

    :param load: arguments of `flask seed load`
    :param settings: of the service, beside those that it needs
    :raise ServerError: if something does not start; the message is for people.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        servers = Servers(folder / "servers", **POSTGRES)
        stack.callback(servers.stop)
        servers.start("DATABASE_URL", "REDIS_URL")
        port = free_port()
        environ = {
            "APP_ENV": "development",
            "SECRET_KEYS": secrets.token_urlsafe(48),
            "CREDENTIAL_KEY": new_key(),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            # HAProxy's address, where the service meets it: a socket.
            "TRUSTED_PROXIES": "127.0.0.1",
            "THREADS": str(threads),
            "DATABASE_POOL_SIZE": str(threads),
        }
        environ |= as_service(servers.urls)
        # Not what the caller's shell or `make run` says.
        environ["CACHE_REDIS_URL"] = environ["REDIS_URL"].replace("db=0", "db=1")
        environ |= settings
        app = prepare_database(environ, load)
        # A socket's path may have 107 bytes, which these are known to have room for.
        sockets = servers.sockets
        found = Stack(f"http://127.0.0.1:{port}", app, environ, sockets / "haproxy.sock")
        found.children |= {child.name: child for child in servers.children}
        for number in (1, 2):
            bind = {"BIND": f"unix:{sockets}/web{number}.sock", "WEB_CONCURRENCY": "1"}
            argv = [sys.executable, "-m", "gunicorn", "--config", CHECKOUT / "gunicorn.conf.py"]
            _start(stack, found, folder, f"web {number}", [*argv, "wsgi:app"], environ | bind)
        for queue in ("default", "certificates"):
            argv = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
            argv += ["--queue", queue]
            before = ("nice", "-n", "19") if queue == "certificates" else ()
            _start(stack, found, folder, f"worker {queue}", argv, environ, before)
        proxy = _start_haproxy(stack, found, folder, port, sockets)
        # It sends nothing to a gunicorn before that says that it is ready.
        proxy.wait(lambda: answers(found.url), 60)
        yield found


def prepare_database(environ: dict[str, str], load: Sequence[str]) -> Flask:
    """Migrate, and add the load data if they are missing; returns an app with these settings."""
    app = create_app(environ)
    run_command(app, "db", "upgrade")
    with connect_as_owner(app) as conn:
        queries.db.create_service_login(conn)
    run_command(app, "seed", "load", *load)
    return app


def logins(app: Flask, count: int) -> dict:
    """What `flask seed logins` prints: learners who are logged in, and what they can do.

    :raise ServerError: if the load data have no such number.
    """
    import json

    answer = app.test_cli_runner().invoke(args=["seed", "logins", "--count", str(count)])
    if answer.exit_code:
        raise ServerError(answer.output.strip())
    return json.loads(answer.stdout)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _start(
    stack: ExitStack,
    found: Stack,
    folder: Path,
    name: str,
    argv: Sequence,
    environ: dict[str, str],
    before: Sequence[str] = (),
) -> Child:
    log = folder / f"{name.replace(' ', '-')}.log"
    child = Child(name, argv, signal.SIGTERM, log, before, cwd=CHECKOUT, env=os.environ | environ)
    stack.callback(child.stop)
    found.children[name] = child
    return child


def _start_haproxy(stack: ExitStack, found: Stack, folder: Path, port: int, sockets: Path) -> Child:
    program = shutil.which("haproxy", path=os.environ.get("PATH", "") + SBIN)
    if program is None:
        raise ServerError("HAProxy is missing: sudo apt-get install haproxy")
    environ = {
        "COURSEAPP_BIND": f"127.0.0.1:{port}",
        "COURSEAPP_STATS": str(found.statistics),
        "COURSEAPP_WEB_1": f"unix@{sockets}/web1.sock",
        "COURSEAPP_WEB_2": f"unix@{sockets}/web2.sock",
    }
    return _start(stack, found, folder, "HAProxy", [program, "-db", "-f", HAPROXY], environ)
