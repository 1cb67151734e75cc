"""The process beside the web workers that does the jobs."""

import logging
import signal
import sys
import time

import procrastinate
import psycopg
from flask import Flask
from procrastinate.exceptions import ConnectorException

from courseapp.db import PATIENCE, Database, conninfo
from courseapp.jobs import current_job
from courseapp.tasks import tasks

log = logging.getLogger(__name__)

# Jobs go over more rows than a request does, a batch at a time.
OPTIONS = "-c TimeZone=UTC -c statement_timeout=60s -c lock_timeout=2s"
# Two at once, so that a long one does not keep everybody's e-mails waiting.
CONCURRENCY = 2
# How long a job may go on when the worker is asked to stop. It is begun anew by the next.
GRACE_SECONDS = 10
# Between two tries to reach a database that is away.
PAUSE_SECONDS = 2


def work(app: Flask) -> None:
    """Do jobs until SIGTERM or SIGINT; a database that is away for a while is waited for."""
    # Between two runs, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        try:
            return _run(app, wait=True, listen_notify=True)
        except (ConnectorException, psycopg.OperationalError) as error:
            log.error("the worker begins anew: %s", error.__cause__ or error)
            time.sleep(PAUSE_SECONDS)


def work_once(app: Flask) -> None:
    """Do the jobs that are due, and return."""
    _run(app, wait=False, listen_notify=False, install_signal_handlers=False)


def _run(app: Flask, **options) -> None:
    url = app.config["DATABASE_URL"]
    of_requests = app.extensions["database"]
    app.extensions["database"] = Database(url, CONCURRENCY, timeout=10, options=OPTIONS)
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo(url, OPTIONS, application_name="courseapp-jobs", **PATIENCE),
        min_size=1,
        max_size=4,
    )

    def in_app(call_next, context, worker):
        """Give a job the app, and its name to the log."""
        token = current_job.set(context.job.task_name)
        try:
            with app.app_context():
                return call_next()
        except Exception:
            log.exception("job %s %s", context.job.task_name, context.job.task_kwargs)
            raise
        finally:
            current_job.reset(token)

    try:
        with tasks.replace_connector(connector) as opened:
            opened.run_worker(
                concurrency=CONCURRENCY,
                # Those that failed stay, to be seen and done again: flask jobs.
                delete_jobs="successful",
                shutdown_graceful_timeout=GRACE_SECONDS,
                task_middleware=[in_app],
                **options,
            )
    finally:
        app.extensions["database"].close()
        app.extensions["database"] = of_requests
