"""One page that shows a run: what broke, when and why, the gate, and pictures of everything else.

    .venv/bin/python -m perf.report FOLDER

It writes FOLDER/report.html, which needs nothing but itself.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from perf.percentiles import Figures, figures_by_name
from perf.report import pictures
from perf.report.findings import Breach, breaches
from perf.report.inline_svg import COLOURS
from perf.report.notable import notable
from perf.report.pictures import Picture
from perf.report.reading import read_or_refuse
from perf.report.resource_pictures import resources
from perf.report.timeline import series_by_kind
from perf.report.verdict import model
from perf.report.wording import milliseconds, per_second, share, stretch
from perf.results import Check, Request, Run, Scenario

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Shown:
    """A scenario on the page; `by_request` has a picture of each name where there are several."""

    scenario: Scenario
    model: str
    by_name: dict[str, Figures]
    pictures: list[Picture]
    by_request: list[Picture]
    is_request_broken: bool


def write_report(run: Run) -> Path:
    """Write report.html into the run's folder; returns its path."""
    path = run.folder / "report.html"
    path.write_text(report(run), "utf-8")
    return path


def report(run: Run) -> str:
    """The page."""
    requests, kinds = run.requests(), series_by_kind(run.samples())
    of_scenario = {
        one.name: [request for request in requests if request.scenario == one.name]
        for one in run.scenarios
    }
    broken = breaches(run, requests, kinds)
    unjudged = [
        span for one in run.scenarios for span in pictures.unjudged(one, of_scenario[one.name])
    ]
    return render(
        "report.html",
        run=run,
        breaches=broken,
        # The order of the gate's own table within those that are broken and those that are not.
        checks=sorted(run.checks, key=lambda check: check.is_kept),
        notable=[text for one in run.scenarios for text in notable(one, of_scenario[one.name])],
        shown=[_shown(one, of_scenario[one.name], run.checks, broken) for one in run.scenarios],
        resources=resources(run, kinds, unjudged),
        total=len(requests),
    )


def render(template: str, **values) -> str:
    """A page of perf/report/templates; whatever is put into it is escaped, but for the charts."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "judged": lambda scenario: stretch(scenario.begin, scenario.end),
        "milliseconds": milliseconds,
        "model": model,
        "per_second": per_second,
        "share": share,
    }
    return environment.get_template(template).render(colours=COLOURS, **values)


def _shown(
    scenario: Scenario, requests: list[Request], all_checks: list[Check], broken: list[Breach]
) -> Shown:
    checks = [check for check in all_checks if check.scenario == scenario.name]
    by_name = figures_by_name(scenario, requests)

    def latency(name: str = "") -> Picture:
        # A limit of one request says nothing about all of them, unless there is only one.
        own = [check for check in checks if _is_about(check, name, by_name)]
        # Where both p95 and p99 are broken, it is red once.
        spans = {
            span
            for one in broken
            if one.check in own
            if one.check.what[:1] == "p"
            for span in one.spans
        }
        return pictures.latency(scenario, requests, own, sorted(spans), name)

    drawn = [
        latency(),
        pictures.curves(scenario, by_name, checks),
        pictures.throughput(scenario, requests, checks),
    ]
    by_request = [latency(name) for name in by_name] if len(by_name) > 1 else []
    is_request_broken = any(one.check in checks and one.check.request in by_name for one in broken)
    return Shown(scenario, model(scenario), by_name, drawn, by_request, is_request_broken)


def _is_about(check: Check, name: str, by_name: dict[str, Figures]) -> bool:
    if name:
        return check.request == name
    return check.request not in by_name or len(by_name) == 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    print(write_report(read_or_refuse(parser, parser.parse_args().folder)))


if __name__ == "__main__":
    main()
