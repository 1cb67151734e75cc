"""The whole service as load tests meet it: its servers, gunicorns behind HAProxy, two workers."""

import json
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis
from flask import Flask

from courseapp import create_app
from courseapp.credential_keys import new_key
from courseapp.database_copy import COPY, copied, leading_to
from courseapp.db import connect_as_owner, queries
from courseapp.devprocess import Child, ServerError
from courseapp.devservers import Servers
from courseapp.devstack import QUEUES, as_service, run_command
from perf.web import free_port, start_child, start_web

# Part of the data stays in PostgreSQL's memory, as on the server that would hold it.
POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
MILLION = ("--users", "10000", "--courses", "200", "--progress", "1000000")


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
    folder: Path,
    load: Sequence[str] = MILLION,
    threads: int = 4,
    instances: int = 2,
    with_workers: bool = True,
    **settings: str,
) -> Iterator[Stack]:
    """Start everything, with load data; stop it at the end.

    The data stay in `folder` as they were loaded, and the service gets a copy: what one run has
    used up, such as courses without a certificate, the next one has again.

    :param load: arguments of `flask seed load`
    :param instances: gunicorns with a worker each, at most the four that HAProxy knows
    :param with_workers: for jobs, too
    :param settings: of the service, beside those that it needs
    :raise ServerError: if something does not start; the message is for people.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        servers = Servers(folder / "servers", **POSTGRES)
        stack.callback(servers.stop)
        servers.start("DATABASE_URL", "REDIS_URL")
        port = free_port()
        environ = service_environ(servers.urls, port, threads) | settings
        prepare_database(environ, load).extensions["database"].close()
        copy = stack.enter_context(copied(environ["DATABASE_OWNER_URL"]))
        environ |= {
            "DATABASE_URL": leading_to(environ["DATABASE_URL"], COPY.name),
            "DATABASE_OWNER_URL": copy,
        }
        # What it keeps is of the copy before.
        redis.Redis.from_url(environ["REDIS_URL"]).flushall()
        app = create_app(environ)
        found = Stack(f"http://127.0.0.1:{port}", app, environ, servers.sockets / "haproxy.sock")
        found.children |= {child.name: child for child in servers.children}
        for queue in QUEUES if with_workers else ():
            argv = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
            argv += ["--queue", queue]
            before = ("nice", "-n", "19") if queue == "certificates" else ()
            name = f"worker {queue}"
            found.children[name] = start_child(stack, folder, name, argv, environ, before)
        # A socket's path may have 107 bytes, which this folder is known to have room for.
        found.children |= start_web(
            stack,
            folder,
            "wsgi:app",
            environ,
            port,
            servers.sockets,
            instances=instances,
            # Two on one processor would get as much to do as one that has its own.
            is_pinned=instances <= len(os.sched_getaffinity(0)),
        )
        yield found


def service_environ(urls: dict[str, str], port: int, threads: int = 4) -> dict[str, str]:
    """The settings of the service behind `port`, with new secrets.

    :param urls: DATABASE_URL and REDIS_URL of the servers
    """
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
    environ |= as_service(urls)
    # Not what the caller's shell or `make run` says.
    return environ | {"CACHE_REDIS_URL": environ["REDIS_URL"].replace("db=0", "db=1")}


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
    answer = app.test_cli_runner().invoke(args=["seed", "logins", "--count", str(count)])
    if answer.exit_code:
        raise ServerError(answer.output.strip())
    return json.loads(answer.stdout)
