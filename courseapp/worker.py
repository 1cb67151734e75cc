"""The process beside the web workers that does the jobs."""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Iterator

import click
import procrastinate
import psycopg
from flask import Flask
from procrastinate.exceptions import ConnectorException

from courseapp.db import PATIENCE, Database, conninfo
from courseapp.jobs import current_job
from courseapp.tasks import tasks

log = logging.getLogger(__name__)

# Jobs go over more rows than a request does, a batch at a time.
OPTIONS = (
    "-c TimeZone=UTC -c statement_timeout=60s -c lock_timeout=2s"
    " -c idle_in_transaction_session_timeout=60s"
)
# Two at once, so that a long one does not keep everybody's e-mails waiting.
CONCURRENCY = 2
# How long a job may go on when the worker is asked to stop. It is begun anew by the next.
GRACE_SECONDS = 10
CERTIFICATES = "certificates"
QUEUES = tuple(sorted({task.queue for task in tasks.tasks.values()} - {"builtin"}))
# Between two tries to reach a database that is away.
PAUSE_SECONDS = 2


def work(app: Flask, queues: list[str] | None = None) -> None:
    """Do jobs until SIGTERM or SIGINT; a database that is away for a while is waited for.

    :param queues: the only ones whose jobs are done
    """
    if not queues and not _can_render(app):
        queues = [queue for queue in QUEUES if queue != CERTIFICATES]
    elif queues and CERTIFICATES in queues:
        _check_rendering()
    log.info("the worker has started")
    with _database_of_jobs(app):
        asyncio.run(_work_until_stopped(app, queues))
    log.info("the worker has stopped")


def _check_rendering() -> None:
    """Make sure that certificates can be rendered here; now, since the first one takes a second.

    :raise click.ClickException: that says what to install
    """
    try:
        from courseapp import certificate_files
    except OSError as error:
        raise click.ClickException(
            f"certificates need a library that is missing: {error}. Install with: apt-get install "
            "--no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    certificate_files.check()


def _can_render(app: Flask) -> bool:
    """Whether to make certificates here, too; the log says why not, if any are issued."""
    try:
        _check_rendering()
    except click.ClickException as error:
        if app.config["PUBLIC_URL"]:
            log.error("this worker makes no certificates: %s", error.format_message())
        return False
    return True


def work_once(app: Flask, queues: list[str] | None = None) -> None:
    """Do the jobs that are due, and return."""
    with _database_of_jobs(app):
        # Of those with the same lock, one at a time is begun.
        while asyncio.run(_work(app, queues=queues, wait=False, listen_notify=False)):
            pass


async def _work_until_stopped(app: Flask, queues: list[str] | None) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    while not stop.is_set():
        working = asyncio.create_task(_work(app, queues=queues, wait=True, listen_notify=True))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        # Once lets the jobs that run come to their end, twice does not wait for a database either.
        working.cancel()
        await asyncio.wait({working}, timeout=GRACE_SECONDS + 1)
        working.cancel()
        try:
            await working
        except asyncio.CancelledError:
            return
        except (ConnectorException, psycopg.OperationalError) as error:
            if not stop.is_set():
                log.error("the worker begins anew: %s", error.__cause__ or error)
                await asyncio.wait({stopping}, timeout=PAUSE_SECONDS)


async def _work(app: Flask, **options) -> int:
    """Do jobs; return how many were begun."""
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo(
            app.config["DATABASE_URL"], OPTIONS, application_name="courseapp-jobs", **PATIENCE
        ),
        min_size=1,
        max_size=4,
        # How long it waits for a database that is away.
        timeout=5,
        reconnect_timeout=5,
    )

    begun = 0

    def in_app(call_next, context, worker):
        """Give a job the app, and its name to the log."""
        nonlocal begun
        begun += 1
        token, started = current_job.set(context.job.task_name), time.monotonic()
        try:
            with app.app_context():
                result = call_next()
            milliseconds = (time.monotonic() - started) * 1000
            log.info("job %s done in %.0f ms", context.job.task_name, milliseconds)
            return result
        except Exception:
            log.exception("job %s %s", context.job.task_name, context.job.task_kwargs)
            raise
        finally:
            current_job.reset(token)

    with tasks.replace_connector(connector) as opened:
        async with opened.open_async():
            await opened.run_worker_async(
                concurrency=CONCURRENCY,
                # Those that failed stay, to be seen and done again: flask jobs.
                delete_jobs="successful",
                shutdown_graceful_timeout=GRACE_SECONDS,
                install_signal_handlers=False,
                task_middleware=[in_app],
                **options,
            )
    return begun


@contextlib.contextmanager
def _database_of_jobs(app: Flask) -> Iterator[None]:
    """In place of that of requests: with more patience."""
    of_requests = app.extensions["database"]
    # For each job its own connection, and one to note what it has dropped from the cache.
    database = Database(app.config["DATABASE_URL"], 2 * CONCURRENCY, timeout=10, options=OPTIONS)
    app.extensions["database"] = database
    try:
        yield
    finally:
        database.close()
        app.extensions["database"] = of_requests
