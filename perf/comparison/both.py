"""Both services, side by side on one machine, one PostgreSQL and the same data."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import redis

from courseapp import create_app
from courseapp.database_copy import COPY, copied, leading_to
from courseapp.devservers import Servers
from perf.comparison.baseline import BASELINE, copy_without_indexes
from perf.comparison.table import SIDES
from perf.stack import POSTGRES, Stack, prepare_database, service_environ
from perf.web import free_port, start_web


@dataclass
class Both:
    """Both services while they run."""

    stacks: dict[str, Stack]
    owner_urls: dict[str, str]


def start_both(stack: ExitStack, folder: Path, load: Sequence[str], version: int = 18) -> Both:
    """Start both on copies of the same data, which stay in `folder` as they were loaded.

    :param load: arguments of `flask seed load`
    :param version: of PostgreSQL
    :raise ServerError: if something does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    servers = Servers(folder / "servers", version=version, **POSTGRES)
    stack.callback(servers.stop)
    servers.start("DATABASE_URL", "REDIS_URL")
    ports = {side: free_port() for side in SIDES}
    original = service_environ(servers.urls, ports["optimised"])
    app = prepare_database(original, load)
    # Nobody may be connected to what is copied.
    app.extensions["database"].close()
    owner = original["DATABASE_OWNER_URL"]
    optimised = original | {
        "DATABASE_URL": leading_to(original["DATABASE_URL"], COPY.name),
        "DATABASE_OWNER_URL": stack.enter_context(copied(owner)),
    }
    # What it keeps is of the original.
    redis.Redis.from_url(original["REDIS_URL"]).flushall()
    baseline = original | {
        "CACHE": "off",
        "DATABASE_URL": leading_to(original["DATABASE_URL"], BASELINE.name),
        "DATABASE_OWNER_URL": stack.enter_context(copy_without_indexes(owner)),
        # Limits are counted there.
        "REDIS_URL": original["REDIS_URL"].replace("db=0", "db=2"),
        "CACHE_REDIS_URL": original["REDIS_URL"].replace("db=0", "db=3"),
        "PUBLIC_URL": f"http://127.0.0.1:{ports['baseline']}",
    }
    stacks = {}
    for side, environ in (("baseline", baseline), ("optimised", optimised)):
        sockets, logs = servers.sockets / side[0], folder / side
        sockets.mkdir()
        logs.mkdir(exist_ok=True)
        url = f"http://127.0.0.1:{ports[side]}"
        stacks[side] = Stack(url, create_app(environ), environ, sockets / "haproxy.sock")
        stacks[side].children |= {child.name: child for child in servers.children}
        stacks[side].children |= start_web(stack, logs, "wsgi:app", environ, ports[side], sockets)
    owners = {side: stacks[side].settings["DATABASE_OWNER_URL"] for side in SIDES}
    return Both(stacks, owners)
