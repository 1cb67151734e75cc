"""The page of a run: its numbers, its pictures, and nothing from elsewhere."""

import re
import subprocess
import sys

import made_runs
import numpy
import pytest
from selectolax.lexbor import LexborHTMLParser

from courseapp.config import CHECKOUT
from perf.report.page import report
from perf.report.wording import milliseconds
from perf.results import Request, Sample

HOSTILE = '<script>alert("1")</script> $x$ & \x00\x1b'


@pytest.fixture
def run(tmp_path):
    """A run that stood still at 42 s."""
    run = made_runs.make_run(tmp_path, scenarios=[made_runs.scenario()])
    run.environment = {"processors": "2", "python": "3.11.7"}
    run.checks = [made_runs.check(), made_runs.check("p50", "< 200 ms", "20 ms", is_kept=True)]
    run.add_requests(made_runs.with_errors(made_runs.watchers(stall_at=42), 500))
    run.add_samples(made_runs.samples())
    run.save()
    return run


def page(run):
    return LexborHTMLParser(report(run))


def table(tree, caption):
    """Rows of the table with that caption."""
    [found] = [one for one in tree.css("table") if caption in one.css_first("caption").text()]
    rows = [[cell.text().strip() for cell in row.css("th, td")] for row in found.css("tr")]
    return rows


def test_its_numbers_are_those_of_the_requests(run):
    judged = [one for one in run.requests() if 10 <= one.due < 60]
    took = [one.seconds for one in judged]
    expected = [
        milliseconds(float(numpy.percentile(took, percent, method="inverted_cdf")))
        for percent in (50, 95, 99, 100)
    ]
    good = [one for one in run.requests() if not one.is_error]
    rate = sum(10 <= one.due + one.seconds < 60 for one in good) / 50
    errors = sum(one.is_error for one in judged)
    share = f"{errors} ({errors / len(judged) * 100:.2f} %)"
    assert errors == 4
    [_, row] = table(page(run), "were judged")
    assert row == ["POST progress", "2,000", *expected, f"{rate:.1f}/s", share]


def test_its_first_words_say_what_broke_and_when_it_stood_still(run):
    tree = page(run)
    assert "failed" in tree.css_first("h1").text()
    assert (
        "p95 612 ms, limit < 500 ms, from 00:42 to 00:43" in tree.css_first(".problems li").text()
    )
    assert "from 00:42.0 no answer came for 1.0 s" in tree.body.text()


def test_the_gate_table_has_every_check_the_broken_first(run):
    rows = table(page(run), "criteria kept")
    assert rows[1][:6] == ["✗ broken", "watchers", "POST progress", "p95", "< 500 ms", "612 ms"]
    assert rows[2][0] == "✓ kept"


def test_it_has_every_picture_named_and_with_its_model(run):
    figures = page(run).css("figure")
    titles = [one.css_first("strong").text() for one in figures]
    assert titles == [
        "watchers: latency over time",
        "watchers: latency by percentile",
        "watchers: throughput and errors",
        "Processor by process",
        "Memory by process",
        "Database connections",
        "Cache hit rate",
        "Proxy",
    ]
    for title, figure in zip(titles, figures, strict=True):
        svg = figure.css_first("svg[role=img]")
        assert svg.css_first("title").text() == title
        assert svg.css_first("desc").text()
        assert "closed model, 100 users" in figure.css_first(".source").text()


def test_limits_and_the_broken_stretch_are_drawn(run):
    drawn = page(run).css("figure")[0]
    assert {"p95 < 500 ms", "p50 < 200 ms", "ramp"} <= {one.text() for one in drawn.css("text")}
    # One stretch is red: an area without a line around it.
    assert len(drawn.css('path[style*="fill: var(--bad); opacity"]')) == 1


def test_it_refers_to_nothing_outside_itself(run):
    html = report(run)
    assert not re.search(r"https?:|//[a-z]|@import|<link|<script|<img|<iframe", html)
    targets = re.findall(r"""(?:href|src|url)\s*[=(]\s*["']?([^"')\s]*)""", html)
    assert targets and all(target.startswith("#") for target in targets)


def test_each_id_is_there_once_and_what_is_referred_to_is_there(run):
    html = report(run)
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    referred = re.findall(r'(?:href="|url\()#([^")]*)|aria-labelledby="([^"]*)"', html)
    assert {first or second for first, second in referred} <= set(ids)


def test_every_table_has_a_caption_and_every_colour_is_the_pages(run):
    tree = page(run)
    assert all(one.css_first("caption").text() for one in tree.css("table"))
    drawn = "".join(one.html for one in tree.css("svg"))
    assert not re.search(r"(?:fill|stroke): #", drawn)
    defined = set(re.findall(r"--(\w+): ", tree.css_first("style").text()))
    assert set(re.findall(r"var\(--(\w+)\)", drawn)) <= defined


def test_names_are_text_whatever_they_are(run):
    run.stage = run.host = HOSTILE
    run.environment = {HOSTILE: HOSTILE}
    run.notes = [HOSTILE]
    run.scenarios = [made_runs.scenario(name=HOSTILE)]
    run.checks = [made_runs.check(HOSTILE, "< 1 ms" + HOSTILE, HOSTILE, scenario=HOSTILE)]
    run.checks += [made_runs.check("p95", "< 1 ms", HOSTILE, scenario=HOSTILE, request=HOSTILE)]
    requests = [
        Request(HOSTILE, name, i, 0.1, 200, False) for i in range(60) for name in (HOSTILE, "b")
    ]
    run.add_requests(requests)
    run.add_samples([Sample(at, "cpu", HOSTILE, 0.5) for at in range(60)])
    tree = page(run)
    assert not tree.css("script")
    assert tree.body.text().count('<script>alert("1")</script>') > 10


@pytest.mark.parametrize("requests", [0, 1, 2])
@pytest.mark.parametrize("has_scenario", [True, False])
def test_a_run_with_next_to_nothing_has_a_page(tmp_path, requests, has_scenario):
    run = made_runs.make_run(tmp_path)
    if has_scenario:
        run.scenarios = [made_runs.scenario(begin=0)]
    run.add_requests(made_runs.watchers(1, requests))
    tree = page(run)
    assert "not judged" in tree.css_first("h1").text()
    assert len(tree.css("figure")) == (3 if has_scenario else 0)
    assert "Nothing was watched" in tree.body.text()


def test_a_scenario_that_ended_in_its_ramp_has_a_page(run):
    run.scenarios = [made_runs.scenario(begin=10, end=10)]
    assert len(page(run).css("figure")) == 8


def test_many_processes_are_drawn_together(run):
    run.add_samples(
        Sample(at, "rss", f"web {n}", 1e6 * n) for at in range(60) for n in range(3, 15)
    )
    [memory] = [one for one in page(run).css("figure") if "Memory" in one.text()]
    keys = [one.text().strip() for one in memory.css(".keys li")]
    # 16 in all: seven by themselves.
    assert len(keys) == 8
    assert keys[-1].startswith("9 others together")


def test_its_size_does_not_grow_with_the_run(tmp_path, run):
    long = made_runs.make_run(tmp_path / "long", scenarios=[made_runs.scenario(end=600)])
    long.add_requests(made_runs.watchers(100, 600, stall_at=42))
    long.add_samples(made_runs.samples(600))
    assert len(report(long)) < 3 * len(report(run))


def test_the_command_writes_it(run):
    argv = [sys.executable, "-m", "perf.report", run.folder]
    done = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(run.folder / "report.html")
    assert "00:42" in (run.folder / "report.html").read_text("utf-8")
