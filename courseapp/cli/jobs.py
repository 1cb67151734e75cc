"""`flask jobs`: the worker, what it has to do, and what failed."""

import json
import logging

import click
from flask import current_app
from flask.cli import AppGroup
from tabulate import tabulate

from courseapp.cli.owner import as_owner
from courseapp.db import queries
from courseapp.jobs import defer

jobs = AppGroup("jobs", help="What is done after the requests: the worker, and what failed.")


@jobs.command()
@click.option("--once", is_flag=True, help="End as soon as nothing is left that is due.")
@click.option("--queue", "queues", multiple=True, help="Only this one's jobs; may be repeated.")
def work(once: bool, queues: tuple[str, ...]) -> None:
    """Do jobs until it is stopped (SIGTERM); one that runs then is begun anew by the next worker.

    Several may run, on any host. Its session listens, so it cannot go through a
    transaction-pooling PgBouncer.
    """
    # The web workers and other commands need not load it.
    from courseapp import worker

    app, only = current_app._get_current_object(), list(queues) or None
    if unknown := set(queues).difference(worker.QUEUES):
        raise click.UsageError(
            f"no job has the queue {', '.join(sorted(unknown))}; there are "
            + ", ".join(worker.QUEUES)
        )
    if once:
        return worker.work_once(app, only)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("courseapp").setLevel(logging.INFO)
    worker.work(app, only)


@jobs.command("list")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
def list_jobs(limit: int) -> None:
    """What waits, runs or failed; what was done is not kept."""
    with as_owner() as conn:
        rows = list(queries.jobs.list_jobs(conn, limit=limit))
    if not rows:
        click.echo("Nothing waits, and nothing failed.")
        return
    table = [
        (job_id, task, status, attempts, json.dumps(args), f"{at:%Y-%m-%d %H:%M:%S}")
        for job_id, task, status, attempts, args, at in rows
    ]
    click.echo(tabulate(table, ("id", "job", "status", "attempts", "with", "at (UTC)")))


@jobs.command()
@click.option(
    "--patience",
    default=300,
    show_default=True,
    help="For how many seconds a job that is due may wait.",
)
def check(patience: int) -> None:
    """Whether jobs are being done: exit code 1 when no worker runs, or jobs wait for too long."""
    with as_owner() as conn:
        workers, waiting, oldest_seconds, failed = queries.jobs.get_state(conn)
    click.echo(
        f"{workers} workers; {waiting} jobs are due, the oldest for {oldest_seconds} s;"
        f" {failed} failed."
    )
    if not workers:
        raise click.ClickException("no worker runs: start flask jobs work")
    if oldest_seconds > patience:
        raise click.ClickException(f"a job has been due for more than {patience} s")


@jobs.command()
@click.argument("job_id", type=int)
def retry(job_id: int) -> None:
    """Do a job that failed once more."""
    with as_owner() as conn:
        if queries.jobs.retry_job(conn, job_id=job_id) is None:
            raise click.ClickException(f"no job {job_id} has failed")
    click.echo(f"Job {job_id} waits for the worker.")


@jobs.command("defer")
@click.argument("task")
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
def defer_job(task: str, values: tuple[str, ...]) -> None:
    """Leave a job to the worker now, such as `flask jobs defer settle_course course_id=7`."""
    from courseapp.tasks import tasks

    if task not in tasks.tasks:
        known = ", ".join(sorted(name for name in tasks.tasks if ":" not in name))
        raise click.ClickException(f"there is no job {task}; there are {known}")
    args = {}
    for pair in values:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.ClickException(f"not NAME=VALUE: {pair}")
        args[name] = int(value) if value.isdecimal() else value
    with as_owner() as conn:
        job_id = defer(conn, task, queue=tasks.tasks[task].queue, **args)
    click.echo(f"Job {job_id} waits for the worker.")
