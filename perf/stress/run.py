"""A whole stress run, of an own service in some settings or of a host; the folder has it all."""

import json
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from courseapp.devprocess import ServerError
from perf.clients.open_model import client_processes
from perf.environment import environment
from perf.gates import Planned
from perf.load_test import look_first
from perf.results import Run
from perf.stack import start_stack
from perf.stress.level import Level, Setting, with_samples
from perf.stress.other_programs import undisturbed
from perf.stress.search import MOST_CLIENTS, Ends, Search
from perf.stress.words import conclusion
from perf.watching import watched

LEVELS = "stress.json"


def run_stress(
    folder: Path,
    planned: Planned,
    settings: Sequence[Setting],
    load: Sequence[str],
    data: Path,
    most: int,
) -> Run:
    """Find out, for each setting, how many watchers an own service takes.

    :param planned: the first level, and the criteria
    :param load: arguments of `flask seed load`, whose data stay in `data`
    :param most: watchers to try
    :raise ServerError: if a program does not start, or the data have fewer learners.
    """
    run, levels = _begin(folder), []
    run.environment["data"] = " ".join(load)
    zero = time.monotonic()
    with client_processes(MOST_CLIENTS) as pool:
        for setting in settings:
            with ExitStack() as stack:
                service = stack.enter_context(
                    start_stack(data, load, setting.threads, setting.instances)
                )
                run.host = service.url
                learners = service.login_as(most)["learners"]
                stack.enter_context(watched(service, run, zero))
                search = Search(run, zero, pool, learners, setting, planned)
                ends = search.find(most)
            # The sampler has ended: it does not write to the file any more.
            levels += _concluded(run, search, ends)
    _save(run, levels)
    return run


def stress_host(
    folder: Path, planned: Planned, host: str, logins: Path, most: int | None = None
) -> Run:
    """Find out how many watchers a service takes that is there already, and is not looked into.

    :param logins: what `flask seed logins` has printed there
    :param most: watchers to try; as many as there are learners in `logins`
    :raise ServerError: if the host is not ready, does not know the learners, or there are fewer.
    """
    look_first(host, logins)
    learners = json.loads(logins.read_text("utf-8"))["learners"]
    most = len(learners) if most is None else most
    if most > len(learners):
        raise ServerError(
            f"{most:,} watchers are more than the learners in {logins}, {len(learners):,}: each "
            "is one of them"
        )
    run = _begin(folder)
    run.host = host
    with client_processes(MOST_CLIENTS) as pool:
        search = Search(run, time.monotonic(), pool, learners, None, planned)
        ends = search.find(most)
    _save(run, _concluded(run, search, ends))
    return run


def read_levels(folder: Path) -> list[Level]:
    """The levels of a stress run.

    :raise FileNotFoundError: if it is none.
    """
    return [Level(**one) for one in json.loads((folder / LEVELS).read_text("utf-8"))]


def _begin(folder: Path) -> Run:
    folder.mkdir(parents=True)
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Run(folder, "stress", started_at, "", environment())


def _concluded(run: Run, search: Search, ends: Ends) -> list[Level]:
    """The levels of a search, with samples; the run gets what they mean."""
    samples = run.samples()
    tried = [with_samples(level, samples) for level in search.levels]
    # Of two with one number the client was too busy in the first.
    by_count = {level.watchers: level for level in tried}
    kept, broken = (by_count.get(count) for count in ends)
    run.notes += conclusion(search.setting, kept, broken, tried)
    run.checks += search.checks()
    run.checks += [
        undisturbed(one.name, one.others) for one in (kept, broken) if one and one.is_own
    ]
    return tried


def _save(run: Run, levels: Sequence[Level]) -> None:
    run.save()
    document = [asdict(level) for level in levels]
    (run.folder / LEVELS).write_text(json.dumps(document, indent=1) + "\n", "utf-8")
