"""make perf-stress: it finds the number of watchers at which something breaks, and says what."""

import json
import os
import signal
import sys
from dataclasses import replace

import loaded
import pytest

from courseapp.devprocess import ServerError
from perf.clients.open_model import CLIENT_CPU_LIMIT
from perf.exit_status import exit_status
from perf.gates import read_stage
from perf.results import read_run
from perf.scenarios.open_model import watchers
from perf.stack import start_stack
from perf.stress.command import main, show, table
from perf.stress.level import JUDGED, Level, Setting
from perf.stress.run import read_levels, run_stress, stress_host
from perf.stress.search import Search, find_break
from perf.stress.words import conclusion, why

SETTING = Setting(2, 4)


def level(count=1000, **changes):
    """A level that was kept with much room."""
    seen = {
        "name": f"{count:,} watchers",
        "watchers": count,
        "instances": 2,
        "threads": 4,
        "clients": 1,
        "connections": count,
        "begin": 0,
        "end": 15,
        "rate": count / 5,
        "throughput": count / 5,
        "error_rate": 0,
        "p50": 3,
        "p95": 20,
        "p99": 40,
        "broken": [],
        "client_cpu": 0.2,
        "clients_cpu": 0.2,
        "machine": 0.5,
        "cpu": {"web 1": 0.3, "web 2": 0.3, "PostgreSQL": 0.2, "HAProxy": 0.05},
        "active": 1,
    }
    return Level(**seen | changes)


def test_other_programs_make_a_conclusion_doubtful():
    cpu = {"web 1": 0.2 * os.cpu_count()}
    quiet = level(machine=0.3, cpu=cpu, clients_cpu=0.05 * os.cpu_count())
    assert quiet.others == pytest.approx(0.05)
    assert "DISTURBED" not in "".join(conclusion(SETTING, quiet, None, [quiet]))
    said = "".join(conclusion(SETTING, loud := replace(quiet, machine=0.8), None, [loud]))
    assert "DISTURBED: other programs used 55% of the processors" in said


@pytest.mark.parametrize("truth", [1, 7, 180, 999, 1000, 1001, 4321, 19_999])
def test_the_search_ends_within_5_percent_of_what_is_true(truth):
    tried = []

    def keeps(number):
        tried.append(number)
        return number <= truth

    kept, broken = find_break(keeps, 1000, 20_000)
    assert len(tried) == len(set(tried)) < 14
    if truth < 125:
        assert (kept, broken) == (None, 125)
    else:
        assert kept <= truth < broken
        assert broken / kept <= 1.05


def test_the_search_ends_where_no_more_may_be_tried():
    assert find_break(lambda number: True, 1000, 4000) == (4000, None)
    assert find_break(lambda number: True, 1000, 300) == (300, None)


def test_the_search_tells_neighbours_apart():
    assert find_break(lambda number: number < 3, 2, 20) == (2, 3)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"machine": 0.97}, "the processors were exhausted, 1.9 of 2 in use ("),
        (
            {"cpu": {"web 1": 0.98, "web 2": 0.5}},
            "web 1 used 98% of a core, and a Python process cannot use more than one",
        ),
        ({"cpu": {"PostgreSQL": 1.9}}, "PostgreSQL used 1.9 of 2 processors"),
        ({"active": 7.8}, "8 of the pool's 8 connections were active on average"),
        ({"cpu": {"HAProxy": 0.95}}, "HAProxy used 95% of the one core"),
        ({}, "no resource that was looked at was exhausted (1.0 of 2 processors in use"),
        ({"waiting": 40}, "up to 40 requests waited in the proxy's queue"),
    ],
)
def test_it_says_which_resource_was_exhausted(changes, words):
    said = why(level(**changes), processors=2)
    assert words in said
    assert ("no resource" in said) == (not changes or "waiting" in changes)


def test_the_conclusion_has_both_numbers_the_criterion_and_the_clients_share():
    broken = level(1050, broken=["p95 812.0 ms, more than 500 ms"], client_cpu=0.31, machine=0.99)
    said = "\n".join(conclusion(SETTING, level(1000), broken, [level(1000), broken]))
    assert (
        "2 instances of 4 threads: 1,000 watchers (200 updates/s) kept the limits of p95, error "
        "rate and throughput: p95 20 ms, 0.00% errors, 200 answers/s. Not among them: p50 3 ms, "
        "p99 40 ms." in said
    )
    assert "It broke at 1,050 watchers (210 updates/s): p95 812.0 ms, more than 500 ms." in said
    assert "the processors were exhausted" in said
    assert "used 31% of a core" in said
    assert "the measurement is valid" in said
    assert "Client, service and database share this machine's" in said


def test_what_a_busy_client_measured_is_not_a_conclusion():
    busy = level(2000, client_cpu=CLIENT_CPU_LIMIT + 0.1, clients=2)
    said = "\n".join(conclusion(SETTING, level(1000), None, [level(1000), busy]))
    assert "the level is invalid" in said
    assert "It broke" not in said
    assert "did not break" not in said
    assert table([busy]).endswith("invalid")


@pytest.mark.parametrize(
    ("levels", "broken"),
    [
        ([level(40)], []),
        ([level(40, broken=["p95 5,288.0 ms, more than 500 ms"]), level(20)], ["first level"]),
        ([level(1000), level(1500, broken=["p95"])], []),
        # The first time with one process only.
        ([level(1000, client_cpu=0.9), level(1000, clients=2)], []),
        ([level(1000), level(1500, client_cpu=0.9, clients=2)], ["search"]),
        ([level(1000, client_cpu=0.9, clients=2)], ["first level", "search"]),
    ],
)
def test_the_first_level_must_be_kept_and_the_last_be_valid(levels, broken):
    search = Search(None, 0, None, None, SETTING, None)
    search.levels = levels
    checks = search.checks()
    assert [check.what for check in checks] == ["first level", "search"]
    assert [check.what for check in checks if not check.is_kept] == broken


@pytest.mark.parametrize("words", [["--most", "0"], ["--most", "301", "--users", "300"]])
def test_watchers_that_there_cannot_be_are_refused(monkeypatch, capsys, words):
    monkeypatch.setattr(sys, "argv", ["stress", *words])
    with pytest.raises(SystemExit):
        main()
    assert "--most is at least 1, and at most --users" in capsys.readouterr().err


def test_of_a_host_it_does_not_say_what_it_has_not_seen():
    # Not that the host's processors were used up, nor that other programs used this machine's.
    broken = level(1050, instances=0, threads=0, machine=0.99, cpu={}, broken=["p95 812.0 ms"])
    said = "\n".join(conclusion(None, None, broken, [broken]))
    assert said.startswith("The host: no number of watchers kept the limits of p95, ")
    assert "It broke at 1,050 watchers" in said
    assert "what gave way there, or would next, cannot be seen" in said
    assert "the measurement is valid" in said
    for word in ("exhausted", "DISTURBED", "Why", "share this machine's"):
        assert word not in said
    _, row = table([broken]).rsplit("\n", 1)
    assert row.split() == [
        *("1,050", "?", "?", "210", "210", "3.0", "20.0", "40.0", "0.00%", "?", "20%", "?"),
        "BROKEN",
    ]


HOST = ["--host", "http://127.0.0.1:9"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (HOST, "--host and --logins go together"),
        (["--logins", "l.json"], "--host and --logins go together"),
        ([*HOST, "--logins", "l.json", "--instances", "1,2"], "are not for a host"),
        ([*HOST, "--logins", "l.json", "--threads", "4"], "are not for a host"),
        ([*HOST, "--logins", "l.json", "--users", "300"], "are not for a host"),
        ([*HOST, "--logins", "l.json", "--most", "0"], "--most is at least 1"),
    ],
)
def test_what_makes_no_sense_with_a_host_is_refused(monkeypatch, capsys, words, said):
    monkeypatch.setattr(sys, "argv", ["stress", *words])
    with pytest.raises(SystemExit) as refused:
        main()
    assert refused.value.code == 2
    assert said in capsys.readouterr().err


def test_a_host_is_looked_at_first(monkeypatch, capsys, tmp_path):
    logins = tmp_path / "logins.json"
    logins.write_text(json.dumps({"learners": [{"access_token": "stale"}]}))
    monkeypatch.setattr(sys, "argv", ["stress", *HOST, "--logins", str(logins)])
    assert main() == 2
    assert "perf: http://127.0.0.1:9 cannot be reached" in capsys.readouterr().err


@pytest.mark.parametrize("error", [ServerError("no"), OSError("no"), ValueError("no")])
def test_what_people_can_mend_is_a_message(capsys, error):
    def command():
        raise error

    assert exit_status(command) == 2
    assert capsys.readouterr().err == "perf: no\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt, ServerError("Aborted!")])
def test_an_interrupted_command_says_that_it_is_stopping(capfd, error):
    def command():
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise error from None

    before = signal.getsignal(signal.SIGINT)
    assert exit_status(command) == 130
    assert capfd.readouterr() == ("\nStopping the service …\n", "")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_mistake_of_the_program_keeps_its_traceback():
    with pytest.raises(KeyError):
        exit_status(lambda: {}["no"])


def test_the_watchers_go_on_from_update_to_update():
    watching = {"lesson_id": 7, "duration_seconds": 100, "course_id": 1}
    calls = watchers([{"watching": watching, "access_token": "t"}], 20)
    assert [call.body for call in calls[:2]] == [
        b'{"watched_seconds": 7, "last_position_seconds": 7, "completion_percentage": 7}',
        b'{"watched_seconds": 12, "last_position_seconds": 12, "completion_percentage": 12}',
    ]
    assert all(b'"completion_percentage": 8' not in call.body for call in calls)


def planned(users, **limits):
    """So many watchers, each with an update a second, for two seconds: three are not throttled."""
    first = read_stage("stress")[0]
    return replace(
        first, users=users, every=1, seconds=2, min_samples=2 * users, limits=first.limits | limits
    )


def test_a_real_run_that_must_break_says_so(service_data, tmp_path):
    run = run_stress(
        tmp_path / "broken",
        # Fewer may be tried than it would begin with, and these are judged, too.
        planned(4, p95=0.1),
        [SETTING],
        loaded.options(loaded.SMALL),
        service_data,
        most=2,
    )
    assert "first level" in [check.what for check in run.checks if not check.is_kept]
    said = "\n".join(read_run(run.folder).notes)
    assert f"no number of watchers kept the limits of {JUDGED}, not even 1." in said
    assert "ms, more than 0.1 ms" in said
    assert "the measurement is valid" in said
    levels = read_levels(run.folder)
    assert [one.watchers for one in levels] == [2, 1]
    assert levels[0].cpu.keys() >= {"web 1", "web 2", "PostgreSQL", "HAProxy"}
    assert [one.name for one in run.scenarios] == [one.name for one in levels]
    assert sum(request.scenario == levels[0].name for request in run.requests()) == 6
    assert show(run) == 1
    assert "first level" in (run.folder / "junit.xml").read_text()
    assert "first level" in (run.folder / "report.html").read_text()


def test_a_host_is_measured_from_outside(service_data, tmp_path, capsys):
    def logins(learners):
        path = tmp_path / "logins.json"
        path.write_text(json.dumps({"learners": learners}))
        return path

    with start_stack(service_data, loaded.options(loaded.SMALL), with_workers=False) as service:
        # Who has just sent updates would be throttled.
        first, second, third = service.login_as(3)["learners"]
        host, plan = service.url, planned(4, p95=5000)
        kept = stress_host(tmp_path / "kept", plan, host, logins([first, second]))
        broken = stress_host(tmp_path / "broken", planned(4, p95=0.1), host, logins([third]))
        with pytest.raises(ServerError, match="2 watchers are more than the learners in "):
            stress_host(tmp_path / "none", plan, host, logins([third]), most=2)
    assert not (tmp_path / "none").exists()
    run = read_run(kept.folder)
    assert run.host == host
    assert [(one.watchers, one.is_own, one.cpu) for one in read_levels(run.folder)] == [
        (2, False, {})
    ]
    assert [request.status for request in run.requests()] == 6 * [200]
    assert run.notes[0].startswith("The host: 2 watchers (2 updates/s) kept the limits of ")
    assert "It did not break: 2 watchers were the most to try" in run.notes[-1]
    # Nothing is judged that was not seen.
    assert {check.what: check.is_kept for check in run.checks} == {
        "first level": True,
        "search": True,
    }
    assert show(kept) == 0
    assert "cannot be seen" in capsys.readouterr().out
    assert show(broken) == 1
    assert "ms, more than 0.1 ms" in capsys.readouterr().out
