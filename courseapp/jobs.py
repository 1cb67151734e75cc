"""Jobs: what a worker process does after the request. courseapp/tasks.py has them all."""

import json
from contextvars import ContextVar

from psycopg import Connection

from courseapp.db import queries

# The name of the job that runs here, for logs and tests.
current_job: ContextVar[str | None] = ContextVar("current_job", default=None)


class HopelessError(Exception):
    """A job would fail in the same way again: it is not tried once more."""


def defer(
    conn: Connection,
    task: str,
    *,
    queue: str = "default",
    delay_seconds: int = 0,
    lock: str | None = None,
    priority: int = 0,
    **args,
) -> int:
    """Leave a job to the worker as soon as the transaction of `conn` commits; return its id.

    With a `lock`, one like it that waits already is put off, or brought forward, instead.

    :param task: the name of a function in courseapp/tasks.py
    :param queue: the workers that do it
    :param delay_seconds: how long to wait with it
    :param lock: jobs with the same one run one after the other
    :param priority: the highest first; with a lower one it holds up none that has its lock
    :param args: what the function is called with; no secrets, because it stays in a table
    """
    return queries.jobs.create_job(
        conn,
        task=task,
        args=json.dumps(args),
        queue=queue,
        delay_seconds=delay_seconds,
        lock=lock,
        priority=priority,
    )
