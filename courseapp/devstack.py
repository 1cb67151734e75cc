"""`make run`: PostgreSQL, Redis, migrations, demo data and the web server, from one command."""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import sys
import time
from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo

from courseapp import create_app
from courseapp.config import CHECKOUT, DEV_ENVIRONMENT
from courseapp.devservers import Child, FolderInUseError, ServerError, Servers, hold, start_servers

__all__ = ["ServerError", "main", "start_servers"]

DEV = DEV_ENVIRONMENT.parent if DEV_ENVIRONMENT else None
SERVERS = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Redis"}
DEMO_LOGINS = "test@example.com, instructor@example.com, admin@example.com"
# gunicorn's graceful_timeout is 30; after that it ends its workers itself.
DRAIN_SECONDS = 35


class Stop(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM, or the terminal was closed."""


class Signals:
    """Counts requests to stop. Nothing is interrupted: `check` is called where it is safe."""

    def __init__(self):
        self.count = 0
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if name != signal.SIGHUP or signal.getsignal(name) != signal.SIG_IGN:  # nohup
                signal.signal(name, self._on_signal)

    def _on_signal(self, *_):
        self.count += 1

    def check(self) -> None:
        """:raise Stop: if a signal came."""
        if self.count:
            raise Stop


def say(text: str) -> None:
    """Print a line; a closed terminal must not keep anything from being stopped."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def without_password(text: str) -> str:
    """`text` with the passwords of the URLs in it replaced."""
    text = re.sub(r"(://[^:/@\s]*:)\S*@", r"\1***@", text)
    return re.sub(r"(password=)[^&\s]+", r"\1***", text)


def listen_address() -> tuple[str, int]:
    """Host and port that gunicorn.conf.py is going to use.

    :raise ServerError: if they cannot be used.
    """
    bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ServerError(f"{bind!r} is no address such as 127.0.0.1:8000 (BIND and PORT set it).")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            raise ServerError(
                f"Cannot listen on {bind}: {error.strerror}. Try: make run PORT={int(port) + 1}"
            ) from error
    return host, int(port)


def web_address(host: str, port: int) -> str:
    """The URL of the web server."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def check_url(name: str) -> None:
    """Connect once to the server of `DATABASE_URL` or `REDIS_URL`.

    :raise ServerError: naming the variable, if that fails.
    """
    # Only who brings a server waits for these imports.
    import psycopg
    import redis

    url = os.environ[name]
    try:
        if name == "DATABASE_URL":
            psycopg.connect(url, connect_timeout=5).close()
        else:
            redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5).ping()
    except (psycopg.Error, redis.RedisError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ServerError(without_password(f"{name}={url} cannot be used: {reason}")) from error


def wait_for_folder(signals: Signals) -> Servers:
    """The servers of this checkout, as soon as nothing is left of a run that was killed.

    :raise ServerError: if that takes longer than gunicorn may need to stop.
    """
    deadline = time.monotonic() + DRAIN_SECONDS
    while True:
        try:
            return Servers(DEV, patience=1)
        except FolderInUseError:
            if time.monotonic() > deadline:
                raise
            say("Waiting for the programs of an earlier run to end …")
            signals.check()


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)


def secret_key() -> str:
    """This checkout's own secret; logins outlive a restart."""
    path = DEV / "secret"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text()


def run_command(app: Flask, *command: str) -> None:
    """Run a `flask` command. In this process, which has imported what it needs: that is faster.

    :raise ServerError: if it fails.
    """
    try:
        failed = app.cli.main(
            command, obj=ScriptInfo(create_app=lambda: app), standalone_mode=False
        )
    except click.ClickException as error:
        raise ServerError(f"flask {' '.join(command)}: {error.format_message()}") from error
    if failed:
        raise ServerError(f"flask {' '.join(command)} failed.")


def answers(host: str, port: int) -> bool:
    """Whether the web server says that it lives."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def serve(servers: Servers, signals: Signals, host: str, port: int) -> None:
    """Run gunicorn until somebody asks for the end.

    :raise ServerError: if gunicorn, PostgreSQL or Redis ends by itself.
    """
    argv = [sys.executable, "-m", "gunicorn", "--config", CHECKOUT / "gunicorn.conf.py"]
    argv += ["--log-level", "warning", "wsgi:app"]
    web = Child("gunicorn", argv, signal.SIGTERM, pass_fds=[servers.lock], cwd=CHECKOUT)
    try:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        while not web.ended() and not answers(host, port):
            signals.check()
            time.sleep(0.05)
        if not web.ended():
            url = web_address(host, port)
            say(f"\ncourseapp          {url}\nAPI documentation  {url}/docs")
            say(
                f"Demo logins        {DEMO_LOGINS}\nTheir password     password123\n\nCtrl-C stops it."
            )
        while True:
            for child in (web, *servers.children):
                if child.ended():
                    raise ServerError(f"{child.name} has stopped by itself. {child.last_words()}")
            signals.check()
            time.sleep(0.1)
    finally:
        drain(web, signals)


def drain(web: Child, signals: Signals) -> None:
    """Let gunicorn finish the requests it has; a second Ctrl-C cuts them off."""
    if web.ended():
        return
    say("\nStopping …")
    web.process.send_signal(signal.SIGTERM)
    signals.count, deadline = 0, time.monotonic() + DRAIN_SECONDS
    while not web.ended() and not signals.count and time.monotonic() < deadline:
        time.sleep(0.02)
    web.process.send_signal(signal.SIGINT)
    web.stop(5)


def run() -> None:
    """Everything between the start and the end of `make run`."""
    if DEV is None:
        raise ServerError("This works in a checkout only.")
    signals = Signals()
    DEV.mkdir(mode=0o700, exist_ok=True)
    running = DEV / "running"
    if hold(running) is None:
        raise ServerError(f"It is already running here ({running.read_text()}). Stop that first.")
    running.write_text(f"pid {os.getpid()}")
    servers = wait_for_folder(signals)
    try:
        host, port = listen_address()
        running.write_text(f"pid {os.getpid()}, {web_address(host, port)}")
        given = {name: os.environ[name] for name in SERVERS if os.environ.get(name)}
        for name in given:
            check_url(name)
        wanted = [name for name in SERVERS if name not in given]
        if wanted:
            say(f"Starting {' and '.join(SERVERS[name] for name in wanted)} (data: {DEV}) …")
        servers.start(*wanted)
        settings = {"APP_ENV": "development", "SECRET_KEYS": secret_key(), **servers.urls, **given}
        settings |= {name: os.environ[name] for name in settings if os.environ.get(name)}
        write_private(DEV_ENVIRONMENT, json.dumps(settings, indent=2))
        os.environ.update(settings)
        os.environ["BIND"] = web_address(host, port).removeprefix("http://")
        say("Migrating the database …")
        app = create_app(os.environ)
        run_command(app, "db", "upgrade")
        if settings["APP_ENV"] == "development":
            run_command(app, "seed", "demo", "--if-empty")
        signals.check()
        serve(servers, signals, host, port)
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
