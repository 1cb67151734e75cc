"""`make run`: PostgreSQL, Redis, migrations, demo data, web server and worker, in one command."""

import contextlib
import json
import os
import secrets
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo

from courseapp import create_app
from courseapp.config import CHECKOUT, DEV_ENVIRONMENT
from courseapp.credential_keys import new_key
from courseapp.db import connect_as_owner, queries
from courseapp.devchecks import answers, check_url, listen_address, web_address
from courseapp.devprocess import Child, ServerError, hold
from courseapp.devservers import FolderInUseError, Servers

DEV = DEV_ENVIRONMENT.parent if DEV_ENVIRONMENT else None
SERVERS = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Redis"}
QUEUES = ("default", "certificates")
DEMO_LOGINS = "test@example.com, instructor@example.com, admin@example.com"
# How long requests get when it stops; gunicorn then cuts them off itself.
DRAIN_SECONDS = 10


class Stop(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM, or the terminal was closed."""


class Signals:
    """Counts the requests to stop. Nothing is interrupted: `check` is called where it is safe."""

    def __init__(self):
        self.count = 0
        # Who hangs up on `ssh -t host make run` tells make only, and make waits for us.
        self.terminal = select.poll()
        if os.isatty(0):
            self.terminal.register(0, select.POLLHUP)
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if name != signal.SIGHUP or signal.getsignal(name) != signal.SIG_IGN:  # nohup
                signal.signal(name, self._on_signal)

    def _on_signal(self, *_):
        self.count += 1

    def check(self) -> None:
        """:raise Stop: if a signal came or the terminal is gone."""
        if self.count or self.terminal.poll(0):
            raise Stop


def say(text: str) -> None:
    """Print a line; a closed terminal must not keep anything from being stopped."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def wait_for_folder(signals: Signals) -> Servers:
    """The servers of this checkout, as soon as nothing is left of a run that was killed.

    :raise FolderInUseError: if that takes longer than gunicorn may need to stop.
    """
    with contextlib.suppress(FolderInUseError):
        return Servers(DEV, patience=1)
    say("Waiting for the programs of an earlier run to end …")
    deadline = time.monotonic() + DRAIN_SECONDS + 10
    while True:
        signals.check()
        try:
            return Servers(DEV, patience=0)
        except FolderInUseError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)


def kept(name: str, make: Callable[[], str]) -> str:
    """A secret that outlives a restart, as logins and credentials do; made the first time."""
    path = DEV / name
    if not path.exists():
        write_private(path, make())
    return path.read_text()


def settings_for(urls: dict[str, str], url: str) -> dict[str, str]:
    """The environment of this run: the servers', and for the rest the caller's own first."""
    settings = {
        "APP_ENV": "development",
        "SECRET_KEYS": kept("secret", lambda: secrets.token_urlsafe(48)),
        "CREDENTIAL_KEY": kept("credential-key", new_key),
        "PUBLIC_URL": url,
    }
    return {name: os.environ.get(name) or value for name, value in settings.items()} | urls


def as_service(urls: dict[str, str]) -> dict[str, str]:
    """The URLs of our own servers, PostgreSQL's as owner and as the service's own role."""
    if "DATABASE_URL" not in urls:
        return urls
    owner = urls["DATABASE_URL"]
    service = owner.replace("//courseapp@", "//courseapp_app@")
    return urls | {"DATABASE_URL": service, "DATABASE_OWNER_URL": owner}


def run_command(app: Flask, *command: str) -> None:
    """Run a `flask` command. In this process, which has imported what it needs: that is faster.

    :raise ServerError: if it fails.
    """
    info = ScriptInfo(create_app=lambda: app)
    try:
        failed = app.cli.main(command, obj=info, standalone_mode=False)
    except click.ClickException as error:
        raise ServerError(f"flask {' '.join(command)}: {error.format_message()}") from error
    if failed:
        raise ServerError(f"flask {' '.join(command)} failed.")


def serve(servers: Servers, signals: Signals, url: str) -> None:
    """Run gunicorn and the workers until somebody asks for the end.

    :raise ServerError: if one of them, PostgreSQL or Redis ends by itself.
    """
    argv = [sys.executable, "-m", "gunicorn", "--config", CHECKOUT / "gunicorn.conf.py"]
    argv += ["--log-level", "warning", "--graceful-timeout", str(DRAIN_SECONDS), "wsgi:app"]
    web = Child("gunicorn", argv, signal.SIGTERM, pass_fds=[servers.lock], cwd=CHECKOUT)
    children = [web, *(worker(servers, queue) for queue in QUEUES)]
    told = False
    try:
        while True:
            for child in (*children, *servers.children):
                if child.ended():
                    raise ServerError(f"{child.name} has stopped by itself. {child.last_words()}")
            signals.check()
            if not told and (told := answers(url)):
                say(f"\ncourseapp          {url}\nAPI documentation  {url}/docs")
                say(f"Demo logins        {DEMO_LOGINS}\nTheir password     password123")
                say("\nCtrl-C stops it.")
            time.sleep(0.1)
    finally:
        drain(children, signals)


def worker(servers: Servers, queue: str) -> Child:
    """Start a worker for the jobs of a queue."""
    argv = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work", "--queue", queue]
    return Child(
        f"The worker for {queue} jobs",
        argv,
        signal.SIGTERM,
        pass_fds=[servers.lock],
        cwd=CHECKOUT,
        # Those who watch do not wait for a page that is being rendered.
        before=("nice", "-n", "19") if queue == "certificates" else (),
    )


def drain(children: Sequence[Child], signals: Signals) -> None:
    """Let requests and jobs come to their end; a second Ctrl-C cuts them off."""
    running = [child for child in children if not child.ended()]
    if not running:
        return
    say("\nStopping …")
    for child in running:
        child.process.send_signal(signal.SIGTERM)
    signals.count, deadline = 0, time.monotonic() + DRAIN_SECONDS + 5
    while not all(child.ended() for child in running) and not signals.count:
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    for child in running:
        child.stop_signal = signal.SIGINT
        child.stop(5)


def run() -> None:
    """Everything from the start to the end of `make run`."""
    if DEV is None:
        raise ServerError("This works in a checkout only.")
    signals = Signals()
    DEV.mkdir(mode=0o700, exist_ok=True)
    running = DEV / "running"
    if hold(running) is None:
        raise ServerError(f"It is already running here ({running.read_text()}).")
    running.write_text(f"pid {os.getpid()}")
    servers = wait_for_folder(signals)
    try:
        host, port = listen_address()
        url = web_address(host, port)
        running.write_text(f"pid {os.getpid()}, {url}")
        given = {name: os.environ[name] for name in SERVERS if os.environ.get(name)}
        for name in given:
            say(f"Using {name} from the environment for {SERVERS[name]}")
            check_url(name)
        wanted = [name for name in SERVERS if name not in given]
        if wanted:
            say(f"Starting {' and '.join(SERVERS[name] for name in wanted)} (data: {DEV}) …")
            servers.start(*wanted)
        settings = settings_for(as_service(servers.urls) | given, url)
        os.environ.update(settings)
        write_private(DEV_ENVIRONMENT, json.dumps(settings, indent=2))
        say("Migrating the database …")
        app = create_app(os.environ)
        run_command(app, "db", "upgrade")
        if "DATABASE_URL" in wanted:
            with connect_as_owner(app) as conn:
                queries.db.create_service_login(conn)
        if settings["APP_ENV"] == "development":
            run_command(app, "seed", "demo", "--if-empty")
        signals.check()
        say("Starting the web server …")
        serve(servers, signals, url)
    finally:
        DEV_ENVIRONMENT.unlink(missing_ok=True)
        servers.stop()
        running.write_text("")


def main() -> int:
    """Exit status: 0 after Ctrl-C, 1 when something is wrong."""
    try:
        run()
    except Stop:
        say("Stopped.")
        return 0
    except (ServerError, click.ClickException, PermissionError) as error:
        say(f"make run: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
