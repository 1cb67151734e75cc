"""The job that deletes what nobody needs any more, a batch at a time."""

from courseapp.db import connection, queries

# Each deletes at most `batch` rows and returns how many they were.
STATEMENTS = (
    queries.purge.delete_failed_jobs,
    queries.purge.delete_old_events,
    queries.purge.delete_old_keys,
    queries.purge.delete_old_tokens,
    queries.purge.delete_old_login_failures,
)
# A transaction of its own, so that nobody waits for long.
BATCH = 1000


def purge() -> None:
    """Delete all old rows that nobody is using now."""
    for delete in STATEMENTS:
        deleted = BATCH
        while deleted >= BATCH:
            with connection() as conn:
                deleted = delete(conn, batch=BATCH)
