"""What a stress run has found, in plain words: how many, how it broke, and why."""

import os
from collections.abc import Sequence

from perf.clients.open_model import CLIENT_CPU_LIMIT
from perf.stress.level import JUDGED, Level, Setting
from perf.stress.other_programs import MOST_OTHERS

# Of processors, and of a pool's connections: above it there is no room for a peak.
EXHAUSTED = 0.9
OUTSIDE = (
    "A host is seen from outside only: what gave way there, or would next, cannot be seen (its "
    "processors, its database, other programs on it, or what lies between), and neither its "
    "programs nor its data were checked."
)


def conclusion(
    setting: Setting | None, kept: Level | None, broken: Level | None, levels: Sequence[Level]
) -> list[str]:
    """Sentences that say what the levels of one setting, or of a host, mean.

    :param setting: None for a host
    :param kept: the largest level that kept its limits
    :param broken: the smallest above it that did not; None if none broke
    :param levels: all of them, the last one last
    """
    said, whose = [], setting or "The host"
    if kept:
        said.append(
            f"{whose}: {kept.watchers:,} watchers ({kept.rate:,.0f} updates/s) kept the limits "
            f"of {JUDGED}: p95 {kept.p95:,.0f} ms, {kept.error_rate:.2%} errors, "
            f"{kept.throughput:,.0f} answers/s. Not among them: p50 {kept.p50:,.0f} ms, "
            f"p99 {kept.p99:,.0f} ms."
        )
    else:
        fewest = min(level.watchers for level in levels)
        said.append(
            f"{whose}: no number of watchers kept the limits of {JUDGED}, not even {fewest:,}."
        )
    if broken:
        said.append(
            f"It broke at {broken.watchers:,} watchers ({broken.rate:,.0f} updates/s): "
            f"{'; '.join(broken.broken)}."
        )
        said += [f"Why: {why(broken)}"] if setting else []
        said += [_client(broken), *(_shared(broken) if setting else [])]
    if not setting:
        said.append(OUTSIDE)
    own = [one for one in (kept, broken) if one and one.is_own]
    disturbed = max((one.others for one in own), default=0)
    if disturbed > MOST_OTHERS:
        said.append(
            f"DISTURBED: other programs used {disturbed:.0%} of the processors meanwhile, so that "
            "the service can do more than this. Repeat it on a machine with nothing else to do."
        )
    if broken and broken.connections < broken.watchers:
        said.append(
            f"The watchers shared {broken.connections:,} connections: more files may not be open "
            "(ulimit -n)."
        )
    last = levels[-1]
    if not last.is_valid:
        said.append(
            f"The search ended at {last.watchers:,} watchers because the client had reached its "
            f"own limit there ({last.client_cpu:.0%} of a core in the busiest of its "
            f"{last.clients} processes): the level is invalid, and what the service can do is not "
            "known."
        )
    elif broken is None:
        said.append(
            f"It did not break: {last.watchers:,} watchers were the most to try. "
            "Ask for more with --most, and for as many learners with "
            f"{'--users' if setting else '--logins'}."
        )
    return said


def why(level: Level, processors: int | None = None) -> str:
    """Which of an own service's resources were exhausted, the one that explains most first.

    :param processors: of the machine
    """
    processors = processors or os.cpu_count() or 1
    found, pool = [], level.instances * level.threads
    web = {name: cpu for name, cpu in level.cpu.items() if name.startswith("web ")}
    if level.machine > EXHAUSTED:
        found.append(
            f"the processors were exhausted, {level.machine * processors:.1f} of {processors} in "
            f"use ({_shares(level)})"
        )
    found += [
        f"{name} used {cpu:.0%} of a core, and a Python process cannot use more than one"
        for name, cpu in web.items()
        if cpu > EXHAUSTED
    ]
    if level.machine <= EXHAUSTED and level.cpu.get("PostgreSQL", 0) > EXHAUSTED * processors:
        found.append(f"PostgreSQL used {level.cpu['PostgreSQL']:.1f} of {processors} processors")
    if level.cpu.get("HAProxy", 0) > EXHAUSTED:
        found.append(f"HAProxy used {level.cpu['HAProxy']:.0%} of the one core that it may use")
    if level.active > EXHAUSTED * pool:
        found.append(
            f"{level.active:.0f} of the pool's {pool} connections were active on average: "
            "the database kept the threads waiting"
        )
    if not found:
        found.append(
            f"no resource that was looked at was exhausted ({level.machine * processors:.1f} of "
            f"{processors} processors in use: {_shares(level)}; {level.active:.1f} of {pool} "
            "connections active). Look for locks, and for a disk that is waited for"
        )
    if level.waiting >= 1:
        found.append(
            f"up to {level.waiting:,.0f} requests waited in the proxy's queue for one of the "
            f"{pool} threads, which is where the time went"
        )
    return "; ".join(found) + "."


def _shares(level: Level) -> str:
    others = level.others * (os.cpu_count() or 1)
    shares = level.cpu | {"client": level.clients_cpu, "other programs": others}
    shares = sorted(shares.items(), key=lambda one: -one[1])
    return ", ".join(f"{name} {cpu:.2f}" for name, cpu in shares if cpu >= 0.01)


def _client(level: Level) -> str:
    processes = "process" if level.clients == 1 else f"{level.clients} processes, the busiest"
    return (
        f"The client's {processes} used {level.client_cpu:.0%} of a core, at most "
        f"{CLIENT_CPU_LIMIT:.0%} are allowed: the measurement is "
        f"{'valid' if level.is_valid else 'invalid'}."
    )


def _shared(level: Level, processors: int | None = None) -> list[str]:
    processors = processors or os.cpu_count() or 1
    used = sum(level.cpu.values()) + level.clients_cpu
    if not used:
        return []
    return [
        f"Client, service and database share this machine's {processors} processors; of what they "
        f"used the client took {level.clients_cpu / used:.0%}, which the service would have if the "
        "client ran elsewhere."
    ]
