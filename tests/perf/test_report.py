"""The page of a run: its numbers, its pictures, and nothing from elsewhere."""

import argparse
import gzip
import re
import subprocess
import sys

import made_runs
import numpy
import pytest
from selectolax.lexbor import LexborHTMLParser

from courseapp.config import CHECKOUT
from perf.report import pictures
from perf.report.page import report
from perf.report.reading import read_or_refuse
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
    assert rows[1][:6] == ["✗ broken", "p95", "< 500 ms", "612 ms", "watchers", "POST progress"]
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


def drawn(tree, title):
    """The picture of that name: the texts of its chart with their places, and its legend."""
    [figure] = [one for one in tree.css("figure") if title in one.css_first("strong").text()]
    places = [
        (one.text(), [float(n) for n in re.findall(r"-?\d+\.?\d*", one.attributes["transform"])])
        for one in figure.css("svg[role=img] text")
    ]
    return places, [one.text().strip() for one in figure.css(".keys li")]


def test_a_short_scenario_has_tenths_of_seconds(run):
    run.scenarios = [made_runs.scenario(begin=16.2, end=16.6)]
    requests = made_runs.watchers(100, 1)
    (run.folder / "requests.csv.gz").unlink()
    run.add_requests(one._replace(due=16.2 + one.due * 0.4) for one in requests)
    tree = page(run)
    assert "judged from 00:16.20 to 00:16.60" in tree.css_first("header").text()
    for title in ("latency over time", "throughput"):
        ticks = [text for text, _ in drawn(tree, title)[0] if text.startswith("00:")]
        assert len(ticks) == len(set(ticks)) > 2


def test_limits_that_are_near_do_not_lie_on_each_other(run):
    texts = ["p50 < 200 ms", "p95 < 250 ms", "p99 < 300 ms", "p95 < 320 ms"]
    run.checks = [made_runs.check(one[:3], one[4:], "20 ms", is_kept=True) for one in texts]
    places, _ = drawn(page(run), "latency over time")
    found = [place[-2:] if len(place) < 4 else place[:2] for text, place in places if text in texts]
    assert len(found) == 4
    for number, (x, y) in enumerate(found):
        for other_x, other_y in found[:number]:
            assert abs(y - other_y) > 9 or abs(x - other_x) > 60


def throughput_lines(scenario, requests):
    """What is given to be drawn."""
    with pytest.MonkeyPatch.context() as patch:
        given = []
        patch.setattr(pictures, "over_time", lambda *args, **_: given.append(args) or "")
        pictures.throughput(scenario, requests, [])
    return given[0][2]


def test_the_last_interval_is_no_collapse(run):
    run.scenarios = [made_runs.scenario(end=60.02)]
    requests = run.requests()
    (run.folder / "requests.csv.gz").unlink()
    run.add_requests([one for one in requests if one.due + one.seconds < 60])
    [line] = [
        one.ys
        for one in throughput_lines(run.scenarios[0], run.requests())
        if one.name == "answered as expected"
    ]
    assert min(line[-3:]) > 30


def test_what_is_counted_has_whole_numbers(run):
    (run.folder / "samples.csv.gz").unlink()
    run.add_samples(Sample(at, "proxy", "sessions", at % 2) for at in range(60))
    run.add_samples(Sample(at, "pool", what, 1) for at in range(60) for what in ("active", "idle"))
    tree = page(run)
    for title, ticks in (("Proxy", ["0", "1"]), ("Database connections", ["0", "1", "2"])):
        places, _ = drawn(tree, title)
        assert [text for text, _ in places if re.fullmatch(r"[\d.,]+", text)] == ticks
    assert drawn(tree, "Database connections")[1] == ["active up to 1", "all up to 2"]


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


@pytest.mark.parametrize("command", ["report", "report.verdict", "report.compare"])
def test_a_folder_without_a_run_is_said_so(tmp_path, command):
    argv = [sys.executable, "-m", f"perf.{command}", tmp_path]
    argv += [tmp_path] * (command == "report.compare")
    done = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{tmp_path} is not the folder of a run: it has no run.json." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.json", b"{", "JSONDecodeError"),
        ("run.json", b'{"scenarios": [], "checks": []}', "TypeError"),
        ("run.json", b'{"checks": []}', "KeyError"),
        ("requests.csv.gz", b"half of it", "BadGzipFile"),
        ("requests.csv.gz", gzip.compress(b"watchers,POST")[:-9], "EOFError"),
        ("samples.csv.gz", gzip.compress(b"1,cpu,web 1,much\n"), "ValueError"),
    ],
)
def test_a_run_that_is_broken_is_said_so(run, capsys, name, content, said):
    (run.folder / name).write_bytes(content)
    with pytest.raises(SystemExit, match="2"):
        read_or_refuse(argparse.ArgumentParser(), run.folder)
    assert f"{run.folder} has a run that cannot be read: {said}" in capsys.readouterr().err
