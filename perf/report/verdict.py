"""The verdict of a run for CI: junit.xml, a test case a check, and summary.md, a table.

    .venv/bin/python -m perf.report.verdict FOLDER

It exits with 1 where a criterion is not kept, or there is none, and with 2 where there is no run.
"""

import argparse
import re
import sys
from html import escape
from pathlib import Path

from junitparser import Failure, JUnitXml, TestCase, TestSuite
from tabulate import tabulate

from perf.report.reading import read_or_refuse
from perf.results import Check, Run

# What XML 1.0 cannot say, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_verdict(run: Run) -> None:
    """Write both files into the run's folder."""
    junit(run).write(str(run.folder / "junit.xml"), pretty=True)
    (run.folder / "summary.md").write_text(summary(run), "utf-8")


def junit(run: Run) -> JUnitXml:
    """A suite a scenario; a run without a check is one failure, as it has not passed."""
    document = JUnitXml(_xml(f"load: {run.stage}"))
    by_scenario: dict[str, list[Check]] = {}
    for check in run.checks:
        by_scenario.setdefault(check.scenario, []).append(check)
    for scenario, checks in by_scenario.items():
        suite = TestSuite(_xml(scenario or "run"))
        suite.add_testcases([_case(run, check) for check in checks])
        document.add_testsuite(suite)
    if not run.checks:
        suite, case = TestSuite("run"), TestCase("has criteria", _xml(f"load.{run.stage}"))
        case.result = [Failure("Nothing was judged: the run has no check.", "load")]
        suite.add_testcase(case)
        document.add_testsuite(suite)
    document.update_statistics()
    # All of a scenario's criteria are judged in the same seconds, which are not to be added up.
    for suite, scenario in zip(document, by_scenario, strict=False):
        suite.time = _seconds(run, scenario)
    document.time = _seconds(run, "")
    return document


def _seconds(run: Run, scenario: str) -> float:
    """How long a scenario was judged, or with no name the whole run up to the end of the last."""
    judged = [one.end - one.begin for one in run.scenarios if one.name == scenario]
    return round(judged[0] if judged else max((one.end for one in run.scenarios), default=0), 3)


def _case(run: Run, check: Check) -> TestCase:
    name = " ".join(part for part in (check.request, check.what, check.limit) if part)
    case = TestCase(_xml(name), _xml(f"load.{run.stage}.{check.scenario or 'run'}"))
    case.time = _seconds(run, check.scenario)
    if not check.is_kept:
        failure = Failure(_xml(f"{check.what}: {check.seen}, limit {check.limit}"), "load")
        failure.text = _xml(f"limit: {check.limit}\nseen: {check.seen}\nfrom: {check.source}")
        case.result = [failure]
    return case


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def summary(run: Run) -> str:
    """Markdown: the verdict, and a table of the checks with those that are not kept first."""
    broken = sum(not check.is_kept for check in run.checks)
    verdict = "passed" if run.is_passed else "failed"
    count = f"{broken} of {len(run.checks)} criteria broken" if run.checks else "nothing was judged"
    lines = [
        f"## Load test {verdict}: {_cell(run.stage)}, {count}",
        "",
        f"{_cell(run.host)}, {_cell(run.started_at)}",
        "",
    ]
    for scenario in run.scenarios:
        lines.append(f"- {_cell(scenario.name)}: {_cell(model(scenario))}")
    lines += ["", *(f"- {_cell(note)}" for note in run.notes), ""]
    rows = [
        ["kept" if check.is_kept else "**broken**"]
        + [_cell(text) for text in (check.scenario, check.request, check.what)]
        + [_cell(text) for text in (check.limit, check.seen, check.source)]
        for check in sorted(run.checks, key=lambda check: check.is_kept)
    ]
    head = ["", "scenario", "request", "what", "limit", "seen", "from"]
    if rows:
        lines += [tabulate(rows, head, "github", disable_numparse=True), ""]
    return "\n".join(lines)


def model(scenario) -> str:
    """Who sent its requests: `open model, 1,000 requests/s`, `closed model, 500 users`."""
    if scenario.model == "open" and scenario.rate is not None:
        return f"open model, {scenario.rate:,.6g} requests/s"
    return f"{scenario.model} model, {scenario.users:,} users"


def _cell(text: str) -> str:
    """The text as Markdown that is nothing but text, and one cell of a table."""
    text = escape(" ".join(text.split()), quote=False)
    return re.sub(r"([\\`*_\[\]|~!#])", r"\\\1", text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    run = read_or_refuse(parser, parser.parse_args().folder)
    write_verdict(run)
    sys.exit(not run.is_passed)


if __name__ == "__main__":
    main()
