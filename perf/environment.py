"""What a reader needs to know of the machine and the versions."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import redis

from courseapp.config import CHECKOUT
from courseapp.db import connect_as_owner
from perf.haproxy import ask
from perf.stack import Stack


def environment() -> dict[str, str]:
    """Name -> what this machine and this checkout are, for people."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    git = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty"]
    commit = subprocess.run(git, capture_output=True, text=True).stdout.strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processors": f"{os.cpu_count()} x {model}",
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": platform.platform(),
        "Python": platform.python_version(),
        "gunicorn": version("gunicorn"),
        "Locust": version("locust"),
        "commit": commit or "not a checkout",
    }


def service_environment(service: Stack) -> dict[str, str]:
    """Name -> what the service's servers are, and how many gunicorns with what share its work."""
    with (
        connect_as_owner(service.app) as conn,
        redis.Redis.from_url(service.settings["REDIS_URL"]) as cache,
    ):
        number = conn.info.server_version
        redis_version = cache.info("server")["redis_version"]
    info = dict(
        line.split(": ", 1)
        for line in ask(service.statistics, "show info").splitlines()
        if ": " in line
    )
    webs = sum(name.startswith("web ") for name in service.children)
    settings = service.settings
    return {
        "PostgreSQL": f"{number // 10000}.{number % 10000}",
        "Redis": redis_version,
        "HAProxy": info["Version"],
        "instances": f"{webs}, each with a worker of {settings['THREADS']} threads and "
        f"{settings['DATABASE_POOL_SIZE']} connections to PostgreSQL",
    }
