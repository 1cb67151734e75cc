"""One level of a stress run: so many watchers for some seconds, and what was seen meanwhile."""

import math
import resource
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

from tqdm import tqdm

from perf.clients.last_second import LastSecond
from perf.clients.open_model import CLIENT_CPU_LIMIT, Clients, send_at_rate
from perf.gates import Planned
from perf.percentiles import Figures, figures
from perf.results import NO_ANSWER, Run, Sample, Scenario
from perf.scenarios.open_model import watchers as calls_of_watchers
from perf.stress.other_programs import busy, others, processor_times

# Answers come as fast as requests but for this part, or else the queue grows and grows.
FOLLOWS = 0.95
# What `_broken` looks at. By p50 and p99 only one is judged, see search.py.
JUDGED = "p95, error rate and throughput"


@dataclass(frozen=True)
class Level:
    """What happened with so many watchers.

    :ivar instances: and threads; 0 for a host, whose settings are not known
    :ivar begin: seconds from the run's start, when it began to be judged, until `end`
    :ivar connections: of all client processes; one a watcher, if so many files may be open
    :ivar rate: updates that were due a second; `throughput` is what was answered
    :ivar p50: and the others, in ms
    :ivar broken: which of JUDGED were not kept, in words
    :ivar client_cpu: share of a processor that the busiest client process used
    :ivar clients_cpu: of all client processes together
    :ivar machine: share of all processors of the client's machine that was in use, by whatever
    :ivar cpu: program -> share of a processor, on average
    :ivar waiting: most requests that waited in the proxy's queue at a time
    :ivar active: connections to the database in use, on average
    """

    name: str
    watchers: int
    instances: int
    threads: int
    clients: int
    connections: int
    begin: float
    end: float
    rate: float
    throughput: float
    error_rate: float
    p50: float
    p95: float
    p99: float
    broken: list[str]
    client_cpu: float
    clients_cpu: float
    machine: float
    cpu: dict[str, float] = field(default_factory=dict)
    waiting: float = 0
    active: float = 0

    @property
    def is_valid(self) -> bool:
        """Whether the client had enough of a processor not to distort what it measured."""
        return self.client_cpu <= CLIENT_CPU_LIMIT

    @property
    def is_own(self) -> bool:
        """Whether its service was started here, and looked into."""
        return self.instances > 0

    @property
    def others(self) -> float:
        """Share of all processors that neither the service, an own one, nor the client used."""
        return others(self.machine, sum(self.cpu.values()) + self.clients_cpu)


@dataclass(frozen=True)
class Setting:
    """The service as it runs: gunicorns with a worker each, and the threads of each."""

    instances: int
    threads: int

    def __str__(self) -> str:
        instances = "1 instance" if self.instances == 1 else f"{self.instances} instances"
        return f"{instances} of {self.threads} threads"


def run_level(
    run: Run,
    zero: float,
    pool: Clients,
    clients: int,
    setting: Setting | None,
    planned: Planned,
    learners: Sequence[dict],
) -> Level:
    """Send what all the learners send; requests and a scenario are added to the run.

    Before it is judged each sends one update, which opens its connection and makes its row.

    :param zero: the run's start, by `time.monotonic()`
    :param pool: has at least so many processes as `clients` are asked for
    :param setting: of an own service; None for a host
    """
    count, every = len(learners), planned.every
    name = f"{count:,} watchers" + (f", {setting}" if setting else "")
    name += f", {clients} clients" if clients > 1 else ""
    rounds = math.ceil((every + planned.seconds) / every) + 1
    jobs, connections = [], min(count, most_connections())
    for number in range(clients):
        some = learners[number::clients]
        calls, rate = calls_of_watchers(some, rounds), len(some) / every
        own = -(-connections // clients)
        args = (name, run.host, calls, rate, every + planned.seconds, zero, own)
        jobs.append(pool.submit(send_at_rate, *args))
    show_wait(f"{name} connect", every, pool.last_second)
    before = processor_times()
    show_wait(name, planned.seconds, pool.last_second)
    machine = busy(before, processor_times())
    arrived = [job.result() for job in jobs]
    requests = [request for one in arrived for request in one.requests]
    run.add_requests(requests)
    begin = max(min(request.due for request in one.requests) for one in arrived) + every
    end = begin + planned.seconds
    seen = figures(requests, begin, end)
    cpus = [one.client_cpu for one in arrived]
    run.scenarios.append(Scenario(name, "open", count, begin, end, max(cpus), count / every))
    wrong = Counter(r.status for r in requests if r.is_error and begin <= r.due < end)
    p50, p95, p99 = ((seen.latency(percent) or 0) * 1000 for percent in (50, 95, 99))
    return Level(
        name=name,
        watchers=count,
        instances=setting.instances if setting else 0,
        threads=setting.threads if setting else 0,
        clients=clients,
        connections=connections,
        begin=begin,
        end=end,
        rate=count / every,
        throughput=seen.throughput,
        error_rate=seen.error_rate or 0,
        p50=p50,
        p95=p95,
        p99=p99,
        broken=_broken(planned, seen, count / every, wrong),
        client_cpu=max(cpus),
        clients_cpu=sum(cpus),
        machine=machine,
    )


def show_wait(what: str, seconds: float, clients: LastSecond | None = None) -> None:
    """Sleep; where somebody looks on, a bar shows for how long still, and what clients see."""
    end = time.monotonic() + seconds
    # The bar comes last: where there is no room it is what is left out.
    shape = "{desc}: {n:.0f} of {total:.0f} s{postfix} {bar:10}"
    with tqdm(desc=what, total=seconds, bar_format=shape, leave=False, disable=None) as bar:
        while (left := end - time.monotonic()) > 0:
            step = min(1, left)
            time.sleep(step)
            if clients:
                bar.set_postfix_str(str(clients.read()), refresh=False)
            bar.update(step)


def most_connections() -> int:
    """That HAProxy can have: each has two ends there, and it may open so many files."""
    most_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(100, (most_files - 1000) // 2)


def with_samples(level: Level, samples: Iterable[Sample]) -> Level:
    """The level with what was sampled while it was judged."""
    seen = sampled(samples, level.begin, level.end)
    return replace(
        level,
        cpu={what: fmean(values) for (kind, what), values in seen.items() if kind == "cpu"},
        waiting=max(seen.get(("proxy", "queue"), [0])),
        active=fmean(seen.get(("pool", "active"), [0])),
    )


def sampled(
    samples: Iterable[Sample], begin: float, end: float
) -> dict[tuple[str, str], list[float]]:
    """(kind, what) -> the values between the two."""
    seen: dict[tuple[str, str], list[float]] = {}
    for sample in samples:
        if begin <= sample.at < end:
            seen.setdefault((sample.kind, sample.what), []).append(sample.value)
    return seen


def _broken(planned: Planned, seen: Figures, rate: float, wrong: Counter) -> list[str]:
    if not seen.count:
        return ["nothing was sent"]
    words, p95 = [], seen.latency(95) * 1000
    if p95 > planned.limits["p95"]:
        words.append(f"p95 {p95:,.1f} ms, more than {planned.limits['p95']:g} ms")
    if seen.error_rate > planned.limits["error_rate"]:
        kinds = ", ".join(
            f"{count} x {'no answer' if status == NO_ANSWER else status}"
            for status, count in wrong.most_common()
        )
        limit = planned.limits["error_rate"]
        words.append(f"{seen.error_rate:.2%} errors ({kinds}), more than {limit:.2%}")
    if seen.throughput < FOLLOWS * rate:
        words.append(f"{seen.throughput:,.0f} answers/s to {rate:,.0f} updates/s")
    return words
