"""Programs of the service that die while it is loaded break the gate, by name."""

import os
import signal
import socket
import time
from contextlib import contextmanager

import loaded
import psutil
import pytest

from courseapp.db import connect_as_owner
from perf.results import Run, read_run
from perf.stack import start_stack
from perf.watching import count_deadlocks, data_checks, first_workers, programs_check, watched

LOAD = loaded.options(loaded.SMALL)


@pytest.fixture(scope="module")
def service(service_data):
    """The service as load tests start it; what a test kills stays dead for the next."""
    with start_stack(service_data, LOAD) as found:
        yield found


@contextmanager
def looked_at(service, folder):
    """A run that is watched, as load tests do."""
    folder.mkdir()
    run = Run(folder, "test", "", service.url)
    with watched(service, run, time.monotonic()):
        yield run


def programs(run):
    [check] = [one for one in run.checks if one.what == "programs"]
    return check


def kill(pid):
    """Kill what the test has started; returns when it is gone, or a zombie."""
    process = psutil.Process(pid)
    os.kill(pid, signal.SIGKILL)
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)


def test_they_are_all_alive_where_nothing_died(service, tmp_path):
    with looked_at(service, tmp_path / "run") as run:
        time.sleep(1.2)
    assert programs(run).seen == "all alive"
    assert run.is_passed, run.checks


def test_it_notes_what_the_service_runs_on(service, tmp_path):
    with looked_at(service, tmp_path / "run") as run:
        pass
    run.save()
    found = read_run(run.folder).environment
    assert found["PostgreSQL"].startswith("18.")
    assert found["Redis"].count(".") == found["HAProxy"].partition("-")[0].count(".") == 2
    assert found["instances"] == (
        "2, each with a worker of 4 threads and 4 connections to PostgreSQL"
    )


def test_a_clients_connection_is_counted_at_the_proxy_though_it_waits(service, tmp_path):
    host, port = service.url.removeprefix("http://").split(":")
    with looked_at(service, tmp_path / "run") as run, socket.create_connection((host, int(port))):
        time.sleep(1.2)
    assert max(one.value for one in run.samples() if one.what == "sessions") >= 1


def test_the_checks_of_the_data_are_not_sampled(service, tmp_path, monkeypatch):
    def slow(*_):
        time.sleep(1.5)
        return []

    monkeypatch.setattr("perf.watching.data_checks", slow)
    began = time.monotonic()
    with looked_at(service, tmp_path / "run") as run:
        time.sleep(1.2)
        loaded_until = time.monotonic() - began
    assert max(one.at for one in run.samples()) < loaded_until + 0.5


def test_deadlocks_are_judged_even_if_the_rest_cannot_be_read(service):
    before = count_deadlocks(service)
    with connect_as_owner(service.app) as conn:
        # What reads the learners gives up; the number of deadlocks needs no lock.
        conn.execute("alter role current_user set lock_timeout = '100ms'")
        try:
            with conn.transaction():
                conn.execute("lock table users in access exclusive mode")
                deadlocks, invariants = data_checks(service, before)
        finally:
            conn.execute("alter role current_user reset lock_timeout")
    assert (deadlocks.what, deadlocks.is_kept) == ("deadlocks", True)
    assert invariants.seen.startswith("cannot be read: ") and not invariants.is_kept


def test_a_worker_that_was_replaced_is_named(service, tmp_path):
    [worker] = first_workers(service)["web 1"]
    with looked_at(service, tmp_path / "run") as run:
        kill(worker)
        deadline = time.monotonic() + 10
        while first_workers(service)["web 1"] in (set(), {worker}) and time.monotonic() < deadline:
            time.sleep(0.05)
    [now] = first_workers(service)["web 1"]
    assert programs(run).seen == f"web 1: its worker was replaced (pid {worker}, now {now})"
    assert not run.is_passed


def test_programs_that_ended_are_named(service, tmp_path):
    [worker] = first_workers(service)["web 2"]
    with looked_at(service, tmp_path / "run") as run:
        for name in ("web 2", "worker default", "worker certificates"):
            kill(service.children[name].process.pid)
        kill(worker)
        time.sleep(1.2)
    said = programs(run).seen.split("; ")
    assert [one.partition(",")[0] for one in said] == [
        "worker default ended (SIGKILL",
        "worker certificates ended (SIGKILL",
        "web 2 ended (SIGKILL",
    ]
    assert all("first seen at 00:0" in one for one in said)
    assert not programs(run).is_kept


def test_a_run_is_kept_even_if_the_database_has_died(service, tmp_path):
    before = first_workers(service)
    with looked_at(service, tmp_path / "run") as run:
        kill(service.children["PostgreSQL"].process.pid)
    assert "PostgreSQL ended (SIGKILL" in programs_check(service, before).seen
    [data] = [one for one in run.checks if one.what == "invariants"]
    assert data.seen.startswith("cannot be read: ") and not data.is_kept
