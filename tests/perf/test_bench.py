"""`make bench`, in small: every row is measured beside its yardsticks, and the tables say so."""

import re
import sys

import pytest

from perf.bench import endpoints


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
