"""Every job that the worker knows. Each may run twice, and must then change nothing more."""

import procrastinate
from procrastinate.retry import RetryStrategy

from courseapp import certificates, email_links, purge, rendering, settling, statistics
from courseapp.db import connection
from courseapp.jobs import HopelessError


class Persistent(RetryStrategy):
    """Does not try once more what is hopeless."""

    def get_retry_decision(self, *, exception, job):
        """When to try once more, or None."""
        if isinstance(exception, HopelessError):
            return None
        return super().get_retry_decision(exception=exception, job=job)


# The worker brings the connections: courseapp/worker.py.
tasks = procrastinate.App(connector=procrastinate.PsycopgConnector())
# Tried again after 2, 4, 8 … seconds, for about half an hour; then an admin has to look.
PERSISTENT = Persistent(max_attempts=10, exponential_wait=2)


@tasks.periodic(cron="* * * * *")
@tasks.task(name="retry_stalled", pass_context=True, queueing_lock="retry_stalled")
async def retry_stalled(context, timestamp):
    """Begin anew what a worker was doing when it died."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@tasks.task(name="settle_course", retry=PERSISTENT)
def settle_course(course_id: int) -> None:
    """Complete a course for those who are done since its author changed it."""
    with connection() as conn:
        settling.settle_course(conn, course_id)


@tasks.task(name="send_link", retry=PERSISTENT)
def send_link(user_id, purpose):
    """E-mail a link with a one-time token."""
    email_links.send_link(user_id, purpose)


@tasks.periodic(cron="17 * * * *")
@tasks.task(name="purge", queueing_lock="purge", lock="purge")
def purge_old_rows(timestamp):
    """Delete what nobody needs any more."""
    purge.purge()


@tasks.periodic(cron="41 * * * *")
@tasks.task(name="refresh_statistics", queueing_lock="refresh_statistics")
def refresh_statistics(timestamp: int) -> None:
    """Count the courses anew whose numbers are an hour old."""
    with connection() as conn:
        # A little less, so that none is skipped for seconds.
        statistics.refresh(conn, older_than=3300)


@tasks.task(name="render_certificate", queue="certificates", retry=PERSISTENT, pass_context=True)
def render_certificate(context, user_id: int, certificate_id: int) -> None:
    """Make the file of a certificate."""
    # The web workers and other jobs need not load what it needs.
    from courseapp import certificate_files

    # Not at once after the last try: an admin may have it done again.
    if context.job.attempts > 2 * PERSISTENT.max_attempts:
        certificate_files.give_up(user_id, certificate_id)
        raise HopelessError("its workers die of it")
    is_last = context.job.attempts >= PERSISTENT.max_attempts
    certificate_files.make(user_id, certificate_id, is_last)


@tasks.task(name="publish_status_list", queue="certificates", retry=PERSISTENT)
def publish_status_list(list_id: int) -> None:
    """Sign anew which certificates do not count any more."""
    from courseapp import certificate_files

    certificate_files.publish_status_list(list_id)


@tasks.periodic(cron="11 3 * * *")
@tasks.task(name="publish_status_lists", queue="certificates", queueing_lock="publish_status_lists")
def publish_status_lists(timestamp: int) -> None:
    """Sign all status lists anew, whatever was lost."""
    from courseapp import certificate_files

    certificate_files.publish_status_lists()


@tasks.periodic(cron="53 * * * *")
@tasks.task(name="requeue_certificates", queueing_lock="requeue_certificates")
def requeue_certificates(timestamp: int) -> None:
    """Make the files whose jobs were lost."""
    with connection() as conn:
        certificates.requeue_lost(conn)


@tasks.task(name="render_texts", retry=PERSISTENT, lock="render_texts")
def render_texts() -> None:
    """Make the HTML of what was imported."""
    with connection() as conn:
        rendering.render_stale(conn)
