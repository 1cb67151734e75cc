"""The embedded servers of `make run` and `make test`."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from courseapp.devprocess import ServerError, hold
from courseapp.devservers import FolderInUseError, Servers, start_servers

RUN_UNTIL_KILLED = """
import pathlib, sys, time
from courseapp.devservers import start_servers
with start_servers(pathlib.Path(sys.argv[1])) as urls:
    print(urls["REDIS_URL"], flush=True)
    time.sleep(60)
"""
NOBODY = 65534
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="for root only")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which the servers have run once: with data, nothing running."""
    folder = tmp_path_factory.mktemp("servers")
    with start_servers(folder):
        pass
    return folder


def query(urls: dict[str, str], sql: str) -> tuple:
    with psycopg.connect(urls["DATABASE_URL"], autocommit=True) as conn:
        return conn.execute(sql).fetchone()


def cache(urls: dict[str, str]) -> redis.Redis:
    return redis.Redis.from_url(urls["REDIS_URL"])


def nothing_runs_in(folder: Path) -> bool:
    """Every server process holds the lock of its folder; zombies do not."""
    lock = hold(folder / "lock", 20)
    if lock is not None:
        os.close(lock)
    return lock is not None


def put_elsewhere(folder: Path) -> list[Path]:
    return [Path(line) for line in (folder / "elsewhere").read_text().splitlines()]


def test_postgres_and_redis_listen_on_sockets_and_leave_nothing(tmp_path):
    with start_servers(tmp_path, durable=False) as urls:
        assert query(
            urls,
            "select current_setting('server_version_num')::int / 10000, current_user::text,"
            " current_setting('TimeZone'), current_setting('listen_addresses'), lower('ŁÓDŹ')",
        ) == (18, "courseapp", "UTC", "", "łódź")
        assert cache(urls).set("key", "value")
        assert cache(urls).config_get("port") == {"port": "0"}
    assert nothing_runs_in(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"elsewhere", "initdb.log", "lock", "postgresql.log", "redis.log"}


def test_data_survive_a_restart(folder):
    with start_servers(folder) as urls:
        query(urls, "select 1 from pg_create_physical_replication_slot('kept')")
        cache(urls).set("kept", 1)
    with start_servers(folder) as urls:
        assert query(urls, "select slot_name from pg_replication_slots") == ("kept",)
        assert cache(urls).get("kept") == b"1"


def test_a_pid_file_with_the_pid_of_somebody_else_is_in_nobodys_way(folder):
    servers = Servers(folder)
    try:
        servers.start("DATABASE_URL")
        servers.children[0].process.kill()
    finally:
        servers.stop()
    pid_file = folder / "postgres/postmaster.pid"
    lines = pid_file.read_text().splitlines(keepends=True)
    pid_file.write_text("".join([f"{os.getppid()}\n", *lines[1:]]))
    with start_servers(folder) as urls:
        assert query(urls, "select 1") == (1,)


@pytest.mark.parametrize("name", ["with 'space' and \"quotes\"", "comma,", "long" * 30])
def test_the_path_of_the_folder_does_not_matter(folder, tmp_path, name):
    moved = shutil.copytree(folder, tmp_path / name)
    with start_servers(moved, durable=False) as urls:
        assert query(urls, "select 1") == (1,)
        assert cache(urls).ping()
    assert not any(path.exists() for path in put_elsewhere(moved))


def test_a_second_start_does_not_take_the_sockets_away(folder):
    with start_servers(folder) as urls:
        with pytest.raises(FolderInUseError, match="already running"):
            Servers(folder, patience=0.1)
        assert query(urls, "select 1") == (1,)
        assert cache(urls).ping()


def test_nothing_survives_a_parent_that_is_killed(folder):
    parent = subprocess.Popen(
        [sys.executable, "-c", RUN_UNTIL_KILLED, folder], stdout=subprocess.PIPE, text=True
    )
    with parent.stdout:
        assert cache({"REDIS_URL": parent.stdout.readline().strip()}).ping()
    assert hold(folder / "lock") is None
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert nothing_runs_in(folder)
    with start_servers(folder) as urls:
        assert query(urls, "select 1") == (1,)


def test_a_server_that_does_not_start_shows_its_log(folder):
    settings = folder / "postgres/postgresql.auto.conf"
    settings.write_text("no_such_setting = 1\n")
    try:
        with pytest.raises(ServerError, match=r"PostgreSQL did not start(.|\n)*no_such_setting"):
            start_servers(folder).__enter__()
    finally:
        settings.write_text("")
    assert nothing_runs_in(folder)


@only_root
def test_root_without_user_namespaces_runs_postgres_as_nobody(tmp_path, monkeypatch):
    refusing = tmp_path / "bin/unshare"
    refusing.parent.mkdir()
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{refusing.parent}:{os.environ['PATH']}")
    folder = tmp_path / "data"
    with start_servers(folder, durable=False) as urls:
        assert query(urls, "select 1") == (1,)
        [home] = put_elsewhere(folder)
        assert (home / "nobody/postgres").stat().st_uid == NOBODY
    assert not home.exists()


@only_root
def test_a_socket_folder_that_somebody_else_made_is_refused(folder, tmp_path):
    folder = shutil.copytree(folder, tmp_path / ("long" * 30))
    with start_servers(folder):
        *_, sockets = put_elsewhere(folder)
    sockets.mkdir()
    os.chown(sockets, NOBODY, NOBODY)
    try:
        with pytest.raises(ServerError, match="belongs to somebody else"):
            start_servers(folder).__enter__()
    finally:
        sockets.rmdir()
    assert nothing_runs_in(folder)
