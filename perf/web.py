"""Gunicorns behind HAProxy, as load tests and benchmarks start them."""

import os
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from courseapp.config import CHECKOUT
from courseapp.devchecks import answers
from courseapp.devprocess import Child, ServerError
from perf.haproxy import is_ready, is_there

HAPROXY = CHECKOUT / "deploy/haproxy.cfg"
# On Debian it is where only root's PATH leads.
SBIN = ":/usr/local/sbin:/usr/sbin:/sbin"


def start_web(
    stack: ExitStack,
    folder: Path,
    target: str,
    environ: dict[str, str],
    port: int,
    sockets: Path,
    prefix: str = "",
    instances: int = 2,
    is_pinned: bool = True,
) -> dict[str, Child]:
    """Start gunicorns with a worker each, and HAProxy on `port`; wait until all are ready.

    :param target: what gunicorn serves, such as `wsgi:app`
    :param sockets: a folder whose path is short
    :param prefix: of the names of sockets, logs and programs, for a second one
    :param is_pinned: whether each keeps to one processor
    :raise ServerError: if one does not start.
    """
    program = shutil.which("haproxy", path=os.environ.get("PATH", "") + SBIN)
    if program is None:
        raise ServerError("HAProxy is missing: sudo apt-get install haproxy")
    children = {}
    addresses = {
        "COURSEAPP_BIND": f"127.0.0.1:{port}",
        "COURSEAPP_STATS": f"{sockets}/{prefix}haproxy.sock",
        "COURSEAPP_THREADS": environ.get("COURSEAPP_THREADS") or environ.get("THREADS", "4"),
    }
    processors = sorted(os.sched_getaffinity(0))
    for number in range(1, instances + 1):
        socket_path = f"{sockets}/{prefix}web{number}.sock"
        bind = {"WEB_CONCURRENCY": "1"} | environ | {"BIND": f"unix:{socket_path}"}
        argv = [sys.executable, "-m", "gunicorn", "--config", CHECKOUT / "gunicorn.conf.py", target]
        name = f"{prefix}web {number}"
        # A processor each: see gunicorn.conf.py.
        own = ("taskset", "--cpu-list", str(processors[number % len(processors)]))
        children[name] = start_child(stack, folder, name, argv, bind, own if is_pinned else ())
        addresses[f"COURSEAPP_WEB_{number}"] = f"unix@{socket_path}"
    argv = [program, "-db", "-f", HAPROXY]
    name = f"{prefix}HAProxy"
    children[name] = start_child(stack, folder, name, argv, addresses)
    statistics = Path(addresses["COURSEAPP_STATS"])
    children[name].wait(lambda: is_there(statistics), 60)
    for number in range(1, instances + 1):
        web = children[f"{prefix}web {number}"]
        web.wait(lambda server=f"web{number}": is_ready(statistics, server), 60)
    children[name].wait(lambda: answers(f"http://127.0.0.1:{port}"), 60)
    return children


def start_child(
    stack: ExitStack,
    folder: Path,
    name: str,
    argv: Sequence,
    environ: dict[str, str],
    before: Sequence[str] = (),
) -> Child:
    """Start a program of the service until the end of `stack`; its log lies in `folder`.

    :param before: a command that runs it, such as `nice`
    """
    log = folder / f"{name.replace(' ', '-')}.log"
    child = Child(name, argv, signal.SIGTERM, log, before, cwd=CHECKOUT, env=os.environ | environ)
    stack.callback(child.stop)
    return child


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
