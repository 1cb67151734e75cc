"""Two runs on one page: how many times better each number is, and what else was not the same."""

import subprocess
import sys

import made_runs
import pytest
from selectolax.lexbor import LexborHTMLParser

from courseapp.config import CHECKOUT
from perf.report.compare import comparison


def made(folder, factor, **overrides):
    """A run whose requests take so many times 10 ms."""
    run = made_runs.make_run(folder, scenarios=[made_runs.scenario()], **overrides)
    run.add_requests(one._replace(seconds=0.01 * factor) for one in made_runs.watchers())
    run.save()
    return run


@pytest.fixture
def before(tmp_path):
    return made(tmp_path / "before", 28, environment={"cache": "off", "python": "3.11.7"})


@pytest.fixture
def after(tmp_path):
    return made(tmp_path / "after", 10, environment={"cache": "on", "python": "3.11.7"})


def cells(before, after):
    tree = LexborHTMLParser(comparison(before, after))
    row = tree.css("table")[1].css_first("tbody tr")
    return [" ".join(cell.text(separator=" ").split()) for cell in row.css("td, th")]


def test_each_number_has_how_many_times_better_it_is(before, after):
    row = cells(before, after)
    assert row[:2] == ["watchers closed model, 100 users", "POST progress"]
    assert row[2:5] == ["280 ms → 100 ms 2.8 times faster"] * 3
    assert row[5:] == ["40.0/s → 40.0/s same", "0 % → 0 %"]


def test_what_got_worse_is_said_so(before, after):
    slow = made_runs.with_errors(after.requests(), 2)
    before.folder.joinpath("requests.csv.gz").unlink()
    before.add_requests(slow)
    row = cells(after, before)
    assert row[5:] == ["40.0/s → 20.0/s 2.0 times less", "0 % → 50.00 % more"]


@pytest.mark.parametrize(("every", "is_spoilt"), [(1, True), (50, True), (150, False)])
def test_times_of_a_run_with_errors_are_not_compared(before, after, every, is_spoilt):
    quick = made_runs.with_errors(after.requests(), every)
    after.folder.joinpath("requests.csv.gz").unlink()
    after.add_requests(quick)
    said = cells(before, after)[2:5]
    if is_spoilt:
        assert said == ["280 ms → 100 ms (errors) not compared"] * 3
        assert cells(after, before)[2:5] == ["100 ms (errors) → 280 ms not compared"] * 3
    else:
        assert said == ["280 ms → 100 ms 2.8 times faster"] * 3


def test_what_differs_in_the_environment_is_marked(before, after):
    tree = LexborHTMLParser(comparison(before, after))
    rows = [" ".join(one.text(separator=" ").split()) for one in tree.css("tr.changed")]
    assert rows == ["cache (differs) off on"]


def test_another_load_is_said_so(before, after):
    after.scenarios = [made_runs.scenario(users=500)]
    text = LexborHTMLParser(comparison(before, after)).body.text()
    assert "Not the same load: watchers: closed model, 100 users, then closed model, 500" in text


def test_a_request_that_only_one_run_has_is_there(before, after):
    after.add_requests(made_runs.watchers(name="GET <courses>"))
    html = comparison(before, after)
    assert "GET &lt;courses&gt;" in html and "<courses>" not in html
    assert len(LexborHTMLParser(html).css("figure")) == 2


def test_runs_without_a_request_have_a_page(tmp_path):
    runs = [made_runs.make_run(tmp_path / name) for name in ("a", "b")]
    assert "Neither has a request." in comparison(*runs)


def test_the_command_writes_it(before, after):
    argv = [sys.executable, "-m", "perf.report.compare", before.folder, after.folder]
    subprocess.run(argv, cwd=CHECKOUT, check=True, capture_output=True)
    assert "2.8 times faster" in (after.folder / "compare.html").read_text("utf-8")
