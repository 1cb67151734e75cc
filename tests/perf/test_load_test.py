"""A whole stage in seconds: the service behind HAProxy, Locust, the open model, and the gate."""

import json
import os
import signal
import threading

import loaded
import psutil
import pytest
from live import gunicorn

from courseapp.db import connect_as_owner
from courseapp.devprocess import ServerError
from perf import gates, load_test, running, watching
from perf.gates import GatesError
from perf.results import NO_ANSWER, read_run
from perf.stack import Stack, logins

LOAD = loaded.options(loaded.SMALL)


@pytest.fixture(scope="module")
def run(service_data, tmp_path_factory):
    """The stage for tests, run."""
    folder = tmp_path_factory.mktemp("runs") / "smoke"
    return load_test.run_stage("smoke", folder, load=LOAD, data=service_data)


def test_it_passes(run):
    assert [check for check in run.checks if not check.is_kept] == []
    assert run.is_passed


def test_every_scenario_was_run_with_its_users(run):
    planned = {(one.scenario, one.model, one.users) for one in gates.read_stage("smoke")}
    assert {(one.name, one.model, one.users) for one in run.scenarios} == planned


def test_the_ramp_comes_before_what_is_judged(run):
    watchers = run.scenarios[0]
    before = [
        one for one in run.requests() if one.scenario == "watchers" and one.due < watchers.begin
    ]
    assert before
    assert watchers.end - watchers.begin == pytest.approx(8, abs=1.5)


def test_all_enrolled_at_one_moment(run):
    due = [one.due for one in run.requests() if one.scenario == "enrollees"]
    assert len(due) == 40
    assert max(due) - min(due) < 0.5


def test_it_looked_at_the_programs_meanwhile(run):
    samples = run.samples()
    programs = {one.what for one in samples if one.kind == "cpu"}
    assert programs == {
        *("PostgreSQL", "Redis", "web 1", "web 2", "HAProxy"),
        *("worker default", "worker certificates"),
    }
    kinds = {(one.kind, one.what) for one in samples if one.kind not in ("cpu", "rss")}
    assert kinds == {
        *(("pool", "active"), ("pool", "idle"), ("cache", "hits"), ("cache", "misses")),
        *(("proxy", "queue"), ("proxy", "sessions")),
    }
    assert max(one.value for one in samples if one.what == "web 1" and one.kind == "cpu") > 0.01


def test_it_is_all_in_the_folder(run):
    saved = read_run(run.folder)
    assert saved.checks == run.checks
    assert {
        "processors",
        "memory",
        "system",
        "Python",
        "commit",
        "data",
    } <= saved.environment.keys()


@pytest.fixture
def stage(tmp_path, monkeypatch):
    """A function that makes a stage of one run."""

    def make(scenario, **run):
        text = gates.FILE.read_text("utf-8").partition("# Before a merge.")[0]
        runs = ", ".join(f"{key} = {json.dumps(value)}" for key, value in run.items())
        text += "[stages.planted]\nmin_samples = 1\nmin_scenario_samples = 1\n"
        text += f'runs = [{{ scenario = "{scenario}", {runs} }}]\n'
        file = tmp_path / "gates.toml"
        file.write_text(text, "utf-8")
        monkeypatch.setattr(
            load_test, "read_stage", lambda name, only: gates.read_stage(name, file, only)
        )

    return make


def test_damage_to_the_data_breaks_the_gate(run, service_data, stage, tmp_path, monkeypatch):
    def damage(service):
        with connect_as_owner(service.app) as conn:
            conn.execute(
                "update user_points set total_points = total_points + 1"
                " where user_id = (select min(user_id) from user_points)"
            )
        return looking(service)

    def undo(service, before):
        checks = judging(service, before)
        with connect_as_owner(service.app) as conn:
            conn.execute(
                "update user_points set total_points = total_points - 2"
                " where user_id = (select min(user_id) from user_points)"
            )
        return checks

    looking, judging = watching.count_deadlocks, watching.data_checks
    monkeypatch.setattr(watching, "count_deadlocks", damage)
    monkeypatch.setattr(watching, "data_checks", undo)
    stage("browsers_open", users=10, seconds=1)
    found = load_test.run_stage("planted", tmp_path / "run", load=LOAD, data=service_data)
    seen = {check.what: (check.seen, check.is_kept) for check in found.checks}
    assert seen["invariants"] == ("total_is_ledger_sum", False)
    assert seen["deadlocks"] == ("0", True)
    assert not found.is_passed


def test_a_stage_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(GatesError, match="There is no stage weekly, only development, "):
        load_test.run_stage("weekly", tmp_path / "run")


def test_a_scenario_that_the_stage_does_not_have_is_named(tmp_path):
    with pytest.raises(GatesError, match="smoke has no scenario brosers, only browsers, "):
        load_test.run_stage("smoke", tmp_path / "run", only=["brosers"])


@pytest.fixture
def during(monkeypatch):
    """Let a function, given the service, do something so many seconds after Locust starts."""

    def make(seconds, damage, undo=lambda service: None):
        found, watch, run_locust = [], load_test.watched, load_test.run_locust

        def watched(service, run, zero):
            found.append(service)
            return watch(service, run, zero)

        def run_damaged(*arguments):
            thread = threading.Timer(seconds, damage, found)
            thread.start()
            try:
                run_locust(*arguments)
            finally:
                thread.join()
                undo(*found)

        monkeypatch.setattr(load_test, "watched", watched)
        monkeypatch.setattr(load_test, "run_locust", run_damaged)

    return make


def signal_proxy(number):
    return lambda service: os.kill(service.children["HAProxy"].process.pid, number)


def broken(found):
    return {(check.what, check.seen) for check in found.checks if not check.is_kept}


def test_requests_that_nobody_answers_before_the_end_are_errors(
    service_data, stage, during, tmp_path, monkeypatch
):
    monkeypatch.setattr(running, "STOP_SECONDS", 2)
    # Locust needs some of it to start.
    during(6, signal_proxy(signal.SIGSTOP), signal_proxy(signal.SIGCONT))
    stage("browsers", users=10, seconds=8)
    found = load_test.run_stage("planted", tmp_path / "run", load=LOAD, data=service_data)
    cut_off = [one for one in found.requests() if one.status == NO_ANSWER]
    # All who had asked; some may have been between two pages.
    assert 5 <= len(cut_off) <= 10
    assert all(one.seconds > 2 and one.is_error for one in cut_off)
    assert "error rate" in {what for what, _ in broken(found)}
    assert f"browsers: {len(cut_off)} x no answer" in found.notes


def test_fewer_learners_than_users_are_no_load_test(service_data, stage, tmp_path, monkeypatch):
    monkeypatch.setattr(Stack, "login_as", lambda self, count: logins(self.app, 7))
    stage("browsers", users=10, seconds=2)
    found = load_test.run_stage("planted", tmp_path / "run", load=LOAD, data=service_data)
    ((what, seen),) = broken(found)
    assert what == "users"
    assert seen.startswith("3 x LookupError: PERF_LOGINS has fewer learners")


def test_a_client_that_stops_early_is_named(service_data, stage, during, tmp_path):
    def stop(service):
        (locust,) = [one for one in psutil.Process().children() if "locust" in one.cmdline()]
        locust.terminate()

    during(5, stop)
    stage("browsers", users=10, seconds=20)
    found = load_test.run_stage("planted", tmp_path / "run", load=LOAD, data=service_data)
    assert "seconds judged" in {what for what, _ in broken(found)}


def test_what_has_ended_before_ctrl_c_is_judged(service_data, stage, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(load_test, "run_open", interrupt)
    stage("browsers_open", users=10, seconds=1)
    found = load_test.run_stage("planted", tmp_path / "run", load=LOAD, data=service_data)
    assert ("scenarios", "0 of 1") in broken(found)
    assert read_run(found.folder).checks == found.checks


@pytest.mark.parametrize("content", ["{}", "", None])
def test_logins_that_are_none_are_refused(tmp_path, content):
    path = tmp_path / "logins.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ServerError, match="is not of flask seed logins"):
        load_test.run_stage("smoke", tmp_path / "run", "http://127.0.0.1:9", path)


def test_a_host_is_looked_at_first(environ, tmp_path):
    path = tmp_path / "logins.json"
    path.write_text(json.dumps({"learners": [{"access_token": "stale"}]}))
    for nowhere in ("http://127.0.0.1:9", "127.0.0.1:8000"):
        with pytest.raises(ServerError, match="cannot be reached"):
            load_test.run_stage("smoke", tmp_path / "run", nowhere, path)
    with (
        gunicorn(environ, tmp_path / "log") as (_, address),
        pytest.raises(ServerError, match="does not know the learners of these logins"),
    ):
        load_test.run_stage("smoke", tmp_path / "run", address, path)


def test_a_watch_that_ends_early_breaks_the_gate(service_data, stage, tmp_path, monkeypatch):
    def fail(_):
        raise ConnectionRefusedError("of the test")

    monkeypatch.setattr("perf.sampler._proxy", fail)
    stage("browsers_open", users=10, seconds=1)
    found = load_test.run_stage("planted", tmp_path / "run", load=LOAD, data=service_data)
    broken = {check.limit: check.seen for check in found.checks if not check.is_kept}
    assert broken["whole run"] == "ended early: ConnectionRefusedError('of the test')"
