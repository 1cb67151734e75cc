"""`make clean`: all or nothing, wherever below .dev the servers have their data."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from courseapp.config import CHECKOUT
from courseapp.devprocess import hold
from courseapp.devservers import Servers

# `make run`, `make explain`, `make perf` and `make perf-compare`.
FOLDERS = [".dev", ".dev/explain", ".dev/perf/servers", ".dev/perf/compare-18-9/servers"]


@pytest.fixture
def checkout(tmp_path):
    """A folder with our Makefile, and data where each of the targets leaves them."""
    checkout = tmp_path / "check out"
    for folder in FOLDERS:
        (checkout / folder / "postgres").mkdir(parents=True)
        (checkout / folder / "lock").touch()
    shutil.copy(CHECKOUT / "Makefile", checkout)
    return checkout


def clean(checkout: Path) -> subprocess.CompletedProcess:
    return subprocess.run(["make", "clean"], cwd=checkout, capture_output=True, text=True)


def elsewhere(folder: str) -> Path:
    return Path(tempfile.mkdtemp(prefix="courseapp-test-", dir=folder))


@pytest.mark.parametrize("folder", FOLDERS)
def test_under_running_servers_it_removes_nothing_and_names_them(checkout, folder):
    servers = Servers(checkout / folder)
    try:
        servers.start("REDIS_URL")
        done = clean(checkout)
    finally:
        servers.stop()
    assert done.returncode
    said = f"make clean: something runs in {folder} (pid {os.getpid()}). Stop it first.\n"
    # The rest is make's own last word.
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 2
    assert all((checkout / each / "postgres").is_dir() for each in FOLDERS)
    assert clean(checkout).returncode == 0
    assert not (checkout / ".dev").exists()


def test_a_run_that_has_only_begun_is_in_the_way_too(checkout):
    running = hold(checkout / ".dev/running")
    try:
        assert f"runs in .dev (pid {os.getpid()})" in clean(checkout).stderr
    finally:
        os.close(running)
    assert (checkout / ".dev").is_dir()


def test_it_removes_what_was_put_elsewhere_and_only_that(checkout):
    kept = checkout / "mine"
    kept.mkdir()
    put = {folder: elsewhere("/var/tmp" if "perf" in folder else "/tmp") for folder in FOLDERS}
    try:
        for folder, path in put.items():
            (path / "nobody").mkdir()
            (checkout / folder / "elsewhere").write_text(f"{path}\n{kept}\n")
        assert clean(checkout).returncode == 0
        assert not any(path.exists() for path in put.values())
        assert kept.is_dir()
    finally:
        for path in put.values():
            shutil.rmtree(path, ignore_errors=True)


def test_where_nothing_was_made_it_has_nothing_to_say(checkout):
    shutil.rmtree(checkout / ".dev")
    done = clean(checkout)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (checkout / ".dev").exists()
