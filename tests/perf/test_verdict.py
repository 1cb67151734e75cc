"""junit.xml and summary.md say the same as the checks, whatever is in their names."""

import subprocess
import sys
from xml.etree import ElementTree

import made_runs
import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from courseapp.config import CHECKOUT
from perf.report.verdict import write_verdict

HOSTILE = 'a|b <script> ]]> & "*_`\x00\x1b\n| c'


@pytest.fixture
def run(tmp_path):
    run = made_runs.make_run(tmp_path, scenarios=[made_runs.scenario()])
    run.checks = [
        made_runs.check("p50", "< 200 ms", "20 ms", is_kept=True),
        made_runs.check(),
        made_runs.check("deadlocks", "= 0", "2", scenario="", request=""),
    ]
    return run


def written(run):
    write_verdict(run)
    return ElementTree.parse(run.folder / "junit.xml").getroot()


def markdown_rows(run):
    write_verdict(run)
    html = MarkdownIt("commonmark").enable("table").render((run.folder / "summary.md").read_text())
    tree = LexborHTMLParser(html)
    assert not tree.css("script")
    return [[cell.text() for cell in row.css("td")] for row in tree.css("tbody tr")]


def test_junit_has_a_case_a_check_and_counts_the_failures(run):
    root = written(run)
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "3", "2")
    counts = [(s.get("name"), s.get("tests"), s.get("failures")) for s in root.iter("testsuite")]
    assert counts == [("watchers", "2", "1"), ("run", "1", "1")]
    assert len(root.findall("testsuite/testcase")) == 3
    assert all(case.get("name") and case.get("classname") for case in root.iter("testcase"))


def test_a_case_has_the_seconds_of_its_scenario(run):
    root = written(run)
    assert [float(case.get("time")) for case in root.iter("testcase")] == [50, 50, 60]
    # They are the same seconds for each of its criteria.
    assert [float(suite.get("time")) for suite in root.iter("testsuite")] == [50, 60]
    assert float(root.get("time")) == 60


def test_a_failure_says_what_was_seen_and_the_limit(run):
    failure = written(run).find("testsuite/testcase/failure")
    assert failure.get("message") == "p95: 612 ms, limit < 500 ms"
    assert "from: perf/gate.toml" in failure.text


def test_a_run_that_kept_everything_has_no_failure(run):
    run.checks = run.checks[:1]
    root = written(run)
    assert root.get("failures") == "0"
    assert root.find(".//failure") is None
    assert "## Load test passed: test, 0 of 1 criteria broken" in summary(run)


def summary(run):
    return (run.folder / "summary.md").read_text("utf-8")


def test_nothing_judged_is_a_failure(run):
    run.checks = []
    root = written(run)
    assert (root.get("tests"), root.get("failures")) == ("1", "1")
    assert "## Load test failed: test, nothing was judged" in summary(run)


def test_the_summary_has_every_check_the_broken_first(run):
    rows = markdown_rows(run)
    assert [(row[0], row[3]) for row in rows] == [
        ("broken", "p95"),
        ("broken", "deadlocks"),
        ("kept", "p50"),
    ]
    assert rows[0][4:] == ["< 500 ms", "612 ms", "perf/gate.toml"]
    assert "watchers: closed model, 100 users" in summary(run)


def test_names_are_text_whatever_they_are(run):
    run.stage = HOSTILE
    run.checks = [made_runs.check(HOSTILE, HOSTILE, HOSTILE, request=HOSTILE, source=HOSTILE)]
    [case] = written(run).iter("testcase")
    assert "a|b <script> ]]> &" in case.get("name")
    [row] = markdown_rows(run)
    assert row[2].startswith('a|b <script> ]]> & "*_`')
    assert len(row) == 7


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_command_exits_as_the_gate_does(run, is_kept):
    run.checks = [made_runs.check(is_kept=is_kept)]
    run.save()
    argv = [sys.executable, "-m", "perf.report.verdict", run.folder]
    assert subprocess.run(argv, cwd=CHECKOUT).returncode == (0 if is_kept else 1)
    assert (run.folder / "junit.xml").exists() and (run.folder / "summary.md").exists()
