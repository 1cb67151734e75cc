"""What a program and the processes that it started have used."""

import psutil

from courseapp.devprocess import Child


def usage(child: Child) -> tuple[float, int] | None:
    """Processor time in seconds and memory in bytes; None of one that has ended.

    What is shared, such as PostgreSQL's buffers, counts as nobody's.
    """
    seconds, memory = 0.0, 0
    try:
        top = psutil.Process(child.process.pid)
        family = [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return None
    for process in family:
        try:
            times, found = process.cpu_times(), process.memory_info()
        except psutil.NoSuchProcess:
            continue
        # With those it has waited for: what a backend has used does not vanish when it ends.
        seconds += times.user + times.system + times.children_user + times.children_system
        memory += found.rss - found.shared
    return seconds, memory
