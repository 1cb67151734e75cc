"""`make run` as people meet it: one command, Ctrl-C, kill -9, and what goes wrong."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from courseapp.config import CHECKOUT
from courseapp.devchecks import check_url, listen_address
from courseapp.devprocess import ServerError, hold

# What the developer's own shell may have set, and must not decide here.
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "APP_ENV", "SECRET_KEYS", "BIND")
NOT_COPIED = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "tests", "docs")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of this checkout, so that a `make run` in this one is not in the way."""
    return shutil.copytree(
        CHECKOUT, tmp_path_factory.mktemp("run") / "check out", ignore=NOT_COPIED
    )


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """`make run` in a copy, in a process group of its own, as a shell would start it."""

    def __init__(self, checkout: Path, **environ: object):
        clean = {name: value for name, value in os.environ.items() if name not in OURS}
        self.dev = checkout / ".dev"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "courseapp.devstack"],
            cwd=checkout,
            env=clean | {name: str(value) for name, value in environ.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )

    def serving(self) -> "Run":
        """Wait until it says that it is up."""
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Ctrl-C"):
                return self
        raise AssertionError(self.said)

    def ends(self) -> tuple[int, str]:
        """Its exit status and (the rest of) what it says."""
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said

    def ctrl_c(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def environment(self) -> dict[str, str]:
        return json.loads((self.dev / "environment.json").read_text())

    def left(self) -> list[str]:
        """What is still there that should not be, within seconds."""
        lock = hold(self.dev / "lock", 20)
        if lock is None:
            return ["processes"]
        os.close(lock)
        paths = [self.dev / "environment.json", self.dev / "sockets"]
        paths += map(Path, (self.dev / "elsewhere").read_text().splitlines())
        return [str(path) for path in paths if path.exists() and "/var/tmp/" not in str(path)]


@pytest.fixture
def run(checkout):
    """Starts `make run`; whatever a failing test leaves behind is stopped."""
    with contextlib.ExitStack() as stack:

        def start(**environ):
            run = Run(checkout, **environ)
            stack.callback(run.process.wait, 30)
            stack.callback(run.process.terminate)
            stack.callback(run.process.stdout.close)
            return run

        yield start


def get(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
        return response.status


def test_it_serves_refuses_a_second_and_ctrl_c_lets_a_request_finish(run, port):
    server = run(PORT=port).serving()
    assert f"http://127.0.0.1:{port}/docs" in server.said
    assert "test@example.com" in server.said
    assert get(port, "/livez") == get(port, "/readyz") == 200
    assert (server.dev / "environment.json").stat().st_mode & 0o777 == 0o600

    status, said = run(PORT=port + 1).ends()
    assert status == 1
    assert f"already running here (pid {server.process.pid}, http://127.0.0.1:{port})" in said

    body = b'{"email": "test@example.com", "password": "password123"}'
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(
            b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        time.sleep(0.3)
        server.ctrl_c()
        time.sleep(0.5)
        client.sendall(body)
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")
    status, said = server.ends()
    assert (status, said.split()[-1]) == (0, "Stopped.")
    assert server.left() == []


def test_data_survive_kill_9_but_no_process_does(run, port):
    first = run(PORT=port).serving()
    settings = first.environment()
    with psycopg.connect(settings["DATABASE_URL"]) as conn:
        conn.execute("update users set full_name = 'Kept' where email = 'test@example.com'")
    with (
        psycopg.connect(settings["DATABASE_URL"]) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute("drop table users")
    first.process.kill()
    first.process.wait()

    # At once: it waits for what is still stopping.
    second = run(PORT=port).serving()
    for secret in ("SECRET_KEYS", "CREDENTIAL_KEY"):
        assert second.environment()[secret] == settings[secret] != ""
    with psycopg.connect(second.environment()["DATABASE_URL"]) as conn:
        names = conn.execute("select count(*) from users where full_name = 'Kept'")
        assert names.fetchone() == (1,)
    second.process.kill()
    second.process.wait()
    assert "processes" not in second.left()
    with pytest.raises(OSError):
        get(port, "/livez")


def test_a_server_that_dies_ends_the_rest(run, port):
    server = run(PORT=port).serving()
    redis_pid = int((server.dev / "redis/redis.pid").read_text())
    os.kill(redis_pid, signal.SIGKILL)
    status, said = server.ends()
    assert status == 1
    assert "Redis has stopped by itself. The end of " in said
    assert server.left() == []


def test_a_port_that_is_taken_comes_with_a_free_one(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.delenv("BIND", raising=False)
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(ServerError, match=f"in use. Try: make run PORT={port + 1}"):
            listen_address()


@pytest.mark.parametrize("bind", ["8000", "localhost:", "127.0.0.1:99999", "127.0.0.1:web"])
def test_an_address_that_is_none_is_refused(monkeypatch, bind):
    monkeypatch.setenv("BIND", bind)
    with pytest.raises(ServerError, match="is no address such as"):
        listen_address()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgresql://app:se/cr@et@127.0.0.1:1/courses"),
        ("DATABASE_URL", "host=127.0.0.1 port=1 password=secret"),
        ("REDIS_URL", "redis://:secret@127.0.0.1:1/0"),
        ("REDIS_URL", "nonsense"),
    ],
)
def test_a_server_that_cannot_be_reached_is_named_without_password(monkeypatch, name, url):
    monkeypatch.setenv(name, url)
    with pytest.raises(ServerError) as caught:
        check_url(name)
    message = str(caught.value)
    assert message.startswith(f"{name}=")
    assert "cannot be used: " in message
    assert "\n" not in message
    assert "secret" not in message
    assert "cr@et" not in message
