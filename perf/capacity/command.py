"""How many workers and instances so many watchers need, by a law that is fitted to measurements.

    .venv/bin/python -m perf.capacity --watchers 5000
    .venv/bin/python -m perf.capacity --watchers 5000 .dev/perf/runs/20261128-130000-stress …

Without a folder it takes the newest run with four numbers of instances, and measures if there is
none. Exits with 1 when the points do not say it; they are drawn even so.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from perf.capacity.plot import Part, plot
from perf.capacity.points import SWEPT, Point, measure, read_points
from perf.capacity.usl import LEAST_NUMBERS, FitError, Law, fit
from perf.capacity.words import answer, by_processor_time, describe, limits, rate_of
from perf.exit_status import exit_status
from perf.load_test import FOLDER
from perf.results import read_run
from perf.stress.command import LEARNERS, load_of
from perf.stress.level import Setting

INSTANCES = (1, 2, 3, 4)


class Report(NamedTuple):
    """What the points of some runs say.

    :ivar said: in paragraphs
    :ivar picture: None where there is no point
    :ivar is_answered: whether a law of workers was fitted
    """

    said: list[str]
    picture: Path | None
    is_answered: bool


def report(folders: Sequence[Path], watchers: int, utilisation: float) -> Report:
    """What the points of the runs answer; its picture is beside the last run.

    :raise FileNotFoundError: if one is no such run.
    """
    points = [point for folder in folders for point in read_points(folder)]
    threads = most_common_threads(points)
    said = _differences(folders)
    saturated = [one for one in points if one.is_saturated and one.threads == threads]
    left_out = sum(one.is_saturated for one in points) - len(saturated)
    if left_out:
        said.append(f"{left_out} points with other than {threads} threads are left out.")
    pairs = [(one.instances, one.throughput) for one in saturated]
    law, problem = _law_of(pairs)
    if law:
        said += [describe(law, "workers"), answer(law, watchers, utilisation, threads)]
    else:
        said.append(f"No law of workers: {problem}")
    of = f"workers, one an instance, {threads} threads each"
    wanted = rate_of(watchers) / utilisation
    parts = [Part(of, pairs, law, wanted, f"{watchers:,} watchers at {utilisation:.0%}")]
    said += by_processor_time(saturated, watchers, utilisation)
    if swept := _swept(points, threads):
        more, problem = _law_of(swept)
        of = f"requests at once, with {SWEPT} workers"
        said.append(describe(more, of) if more else f"No law of requests at once: {problem}")
        parts.append(Part(of, swept, more))
    if saturated:
        said += limits(saturated, read_run(folders[-1]).environment["processors"])
    parts = [part for part in parts if part.points]
    return Report(said, plot(folders[-1], parts) if parts else None, law is not None)


def _law_of(points: Sequence[tuple[float, float]]) -> tuple[Law | None, str]:
    """The law, or why there is none."""
    try:
        return fit(points), ""
    except FitError as error:
        return None, str(error)


def most_common_threads(points: Sequence[Point]) -> int:
    """The threads of an instance in most points, which are all that a law is fitted to."""
    counts = Counter(point.threads for point in points if point.is_saturated)
    return counts.most_common(1)[0][0] if counts else 0


def _swept(points: Sequence[Point], threads: int) -> list[tuple[int, float]]:
    """(Requests at once, throughput) where they were varied: what more threads would add."""
    return [
        (point.concurrency, point.throughput)
        for point in points
        if (point.instances, point.threads) == (SWEPT, threads) and not point.is_saturated
    ]


def _differences(folders: Sequence[Path]) -> list[str]:
    runs = [read_run(folder) for folder in folders]
    return [
        f"The runs differ in {what}, which the law does not know: {'; '.join(sorted(found))}."
        for what in ("processors", "memory", "commit", "data")
        if len(found := {run.environment.get(what, "unknown") for run in runs}) > 1
    ]


def newest(runs: Path) -> Path | None:
    """The newest run whose points may be enough for a law."""
    for folder in sorted(runs.glob("*"), reverse=True):
        try:
            points = read_points(folder)
        except FileNotFoundError:
            continue
        if len({point.instances for point in points if point.is_saturated}) >= LEAST_NUMBERS:
            return folder
    return None


def main() -> int:
    """Exit status: 1 when the points do not say it, 2 when there are none, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, help="of stress runs or measurements")
    parser.add_argument("--watchers", type=int, default=5000)
    parser.add_argument("--utilisation", type=float, default=0.7, help="at most so much is used")
    parser.add_argument("--measure", action="store_true", help="measure anew")
    options = parser.parse_args()
    if not 0 < options.utilisation <= 1 or options.watchers < 1:
        parser.error("--utilisation is above 0 and at most 1, --watchers at least 1")

    def command() -> int:
        folders = options.folders
        if not folders and not options.measure and (found := newest(FOLDER / "runs")):
            folders = [found]
        if not folders or options.measure:
            folder = FOLDER / "runs" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-capacity"
            print("Measuring the throughput with 1 to 4 instances, about four minutes …")
            settings = [Setting(instances, 4) for instances in INSTANCES]
            measure(folder, *load_of(LEARNERS), settings)
            folders = [*folders, folder]
        return show(folders, options.watchers, options.utilisation)

    return exit_status(command)


def show(folders: Sequence[Path], watchers: int, utilisation: float) -> int:
    """Print the answer, and write it beside the last run; returns the exit status.

    :raise FileNotFoundError: if one is no such run.
    """
    said, picture, is_answered = report(folders, watchers, utilisation)
    text = "\n\n".join([f"From {', '.join(map(str, folders))}:", *said])
    (folders[-1] / "capacity.md").write_text(text + "\n", "utf-8")
    print(f"\n{text}\n\n{picture or folders[-1]}")
    return 0 if is_answered else 1


if __name__ == "__main__":
    sys.exit(main())
