"""`make bench`, in small: every row is measured beside its yardsticks, and the tables say so."""

import re
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from courseapp.devprocess import Child, ServerError
from perf.bench import endpoints
from perf.bench.rows import Endpoint, Round, busy_rows, report
from perf.clients.open_model import CLIENT_CPU_LIMIT
from perf.clients.saturate import Answers
from perf.processes import usage
from perf.stack import Stack


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    """What it prints, with load data of its own."""
    patch, printed = pytest.MonkeyPatch(), []
    folder = tmp_path_factory.mktemp("bench")
    with patch.context() as here:
        here.setattr(endpoints, "FOLDER", folder)
        here.setattr(
            endpoints, "LOAD", ("--users", "4000", "--courses", "20", "--progress", "8000")
        )
        here.setattr(endpoints, "WARM_UP_SECONDS", 0.3)
        here.setattr(sys, "argv", ["bench", "--seconds", "0.3", "--rounds", "1"])
        here.setattr("builtins.print", lambda *words, **_: printed.append(" ".join(words)))
        endpoints.main()
    return "\n".join(printed)


def cells(output, name):
    """The columns of each row of that name, in the order of the tables."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")][1:]
        for line in output.splitlines()
        if line.startswith(f"| {name}")
    ]


def number(text):
    return int(text.replace(",", ""))


@pytest.mark.parametrize("name", ["progress update", "lesson", "course progress"])
def test_a_statement_has_both_yardsticks_and_a_share_of_their_floor(output, name):
    (bare, database, floor, rate, *_, share, _, goal), used = cells(output, f"{name}  ")
    bare, database, floor, rate = map(number, (bare, database, floor, rate))
    assert floor == pytest.approx(1 / (1 / bare + 1 / database), rel=0.01)
    assert int(share.strip("%")) == pytest.approx(100 * rate / floor, abs=1)
    assert re.fullmatch(r"\d\d%", goal)
    assert all(number(one) >= 0 for one in used)


@pytest.mark.parametrize("name", ["course list", "gamification"])
def test_what_the_cache_answers_is_beside_the_same_without_it(output, name):
    (cached, used), (uncached, used_without) = (
        cells(output, f"{name}, {which} ") for which in ("cached", "no cache")
    )
    assert cached[1] == uncached[1] == ""  # No pgbench.
    # PostgreSQL reads the answer only where there is no cache.
    assert number(used[0]) < number(used_without[0])


def test_a_crowd_is_measured_by_its_p95(output):
    ((bare, ours, times, _, goal, rate), _) = cells(output, "course list, 500 who never wait")
    assert float(times) == pytest.approx(float(ours) / float(bare), rel=0.05)
    assert float(goal) == 1.4
    assert number(rate) > 0


def test_the_clients_highest_share_is_below_the_tables(output):
    (share,) = re.findall(r"^The client used at most (\d+)% of a core \(.*\)\.$", output, re.M)
    assert 0 < int(share) <= 100


def test_it_says_which_model_its_figures_are_of(output):
    said = "Closed model: 8 or 500 connections, each asks again as soon as it is answered."
    assert said in output.splitlines()


def test_a_row_in_which_the_client_was_too_busy_is_invalid():
    quiet = Answers(100, [0.01], CLIENT_CPU_LIMIT)
    busy = quiet._replace(client_cpu=0.91)
    used = {"gunicorn": 0.001}
    rows = [Endpoint(name, "GET", "/", (), None) for name in ("one", "other")]
    fine = Round(quiet, None, quiet, used)
    rounds = {"one": [fine, fine], "other": [fine, replace(fine, bare=busy)]}
    assert busy_rows(rounds) == {"other": 0.91}
    text = "\n".join(report(rows, rounds))
    assert "| one " in text
    assert text.count("| other (INVALID) ") == 2
    assert "INVALID: other: the client used 91% of a core, at most 80% are allowed." in text


def test_what_a_process_has_used_does_not_vanish_when_it_ends(tmp_path):
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    argv = ["sh", "-c", f"{sys.executable} -c '{busy}'; sleep 60"]
    child = Child("some", argv, signal.SIGTERM, tmp_path / "log")
    try:
        child.wait(lambda: (used := usage(child)) is not None and used[0] > 0.3, 20)
        time.sleep(1)
        assert usage(child)[0] > 0.3
    finally:
        child.stop()


def test_a_program_that_has_ended_is_named(tmp_path):
    child = Child("web 1", ["sh", "-c", "echo out of luck"], signal.SIGTERM, tmp_path / "log")
    child.process.wait()
    stack = Stack("", None, {}, Path(), {"web 1": child})
    with pytest.raises(ServerError, match=r"web 1 has ended.*\n.*out of luck"):
        endpoints._used(stack)
