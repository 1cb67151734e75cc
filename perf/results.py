"""What a run leaves behind, for the gate, the report and the comparison.

A folder with three files: `run.json` is the run but for its samples, `requests.csv.gz` has a line a
request, and `samples.csv.gz` what was looked at beside them, a few times a second.
"""

import csv
import gzip
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

# The status of a request to which no answer came.
NO_ANSWER = 0


class Request(NamedTuple):
    """One request of a scenario.

    :ivar due: seconds from the run's start to when it was sent, or had to be sent (open model)
    :ivar seconds: from then to the end of its answer
    :ivar status: of the answer, or NO_ANSWER
    :ivar is_error: whether that was not what the scenario expected
    """

    scenario: str
    name: str
    due: float
    seconds: float
    status: int
    is_error: bool


class Sample(NamedTuple):
    """Something else at a moment of the run, such as `cpu web 1`, a share of a processor.

    `kind`: cpu (share of a processor), rss (bytes), pool (active, idle: connections),
    cache (hits, misses: since the start), proxy (queue: requests; sessions).
    """

    at: float
    kind: str
    what: str
    value: float


@dataclass
class Scenario:
    """One scenario as it was run.

    :ivar model: `closed` (each user waits for its answer) or `open` (arrivals at a fixed rate)
    :ivar begin: seconds from the run's start to the end of the ramp; what is before is not judged
    :ivar end: seconds from the run's start
    :ivar client_cpu: share of a processor that the client used between the two
    """

    name: str
    model: str
    users: int
    begin: float
    end: float
    client_cpu: float
    rate: float | None = None


@dataclass
class Check:
    """A criterion and what was seen.

    :ivar what: p50, p95, p99, error rate, throughput, samples, client CPU, programs,
        deadlocks, invariants
    :ivar limit: with its direction and unit, such as `< 500 ms`
    """

    scenario: str
    request: str
    what: str
    limit: str
    seen: str
    is_kept: bool
    source: str = ""


@dataclass
class Run:
    """A run; `folder` has its files."""

    folder: Path
    stage: str
    started_at: str
    host: str
    environment: dict[str, str] = field(default_factory=dict)
    scenarios: list[Scenario] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_passed(self) -> bool:
        """Whether every criterion is kept; a run without any has not passed."""
        return bool(self.checks) and all(check.is_kept for check in self.checks)

    def save(self) -> None:
        """Write run.json."""
        document = asdict(self)
        del document["folder"]
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (self.folder / "run.json").write_text(text + "\n", "utf-8")

    def add_requests(self, requests: Iterable[Request]) -> None:
        """Append to requests.csv.gz."""
        _append(self.folder / "requests.csv.gz", requests)

    def add_samples(self, samples: Iterable[Sample]) -> None:
        """Append to samples.csv.gz."""
        _append(self.folder / "samples.csv.gz", samples)

    def requests(self) -> list[Request]:
        """All of them, as they ended."""
        return [
            Request(scenario, name, float(due), float(seconds), int(status), error == "True")
            for scenario, name, due, seconds, status, error in _rows(
                self.folder / "requests.csv.gz"
            )
        ]

    def samples(self) -> list[Sample]:
        """All of them, in order."""
        return [
            Sample(float(at), kind, what, float(value))
            for at, kind, what, value in _rows(self.folder / "samples.csv.gz")
        ]


def read_run(folder: Path) -> Run:
    """A run that was saved.

    :raise FileNotFoundError: if there is none.
    """
    document = json.loads((folder / "run.json").read_text("utf-8"))
    document["scenarios"] = [Scenario(**one) for one in document["scenarios"]]
    document["checks"] = [Check(**one) for one in document["checks"]]
    return Run(folder=folder, **document)


def _append(path: Path, rows: Iterable[tuple]) -> None:
    # Several members one after the other are one file to gzip.
    with gzip.open(path, "at", newline="", encoding="utf-8", compresslevel=1) as file:
        csv.writer(file).writerows(rows)


def _rows(path: Path) -> Iterable[list[str]]:
    if not path.exists():
        return
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        yield from csv.reader(file)
