"""What a write makes stale: recorded in its transaction, dropped after it, acknowledged then."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from flask import current_app
from psycopg import Connection
from psycopg_pool import PoolTimeout, TooManyRequests

from courseapp.cache import KEYS, store
from courseapp.cache_breaker import complain
from courseapp.cache_store import COPY_SECONDS
from courseapp.cache_trust import EVERYTHING, TRUST_SECONDS
from courseapp.db import queries

# By then every worker has looked, and what it had copied before is gone; with a reserve.
SEEN_SECONDS = (TRUST_SECONDS + COPY_SECONDS) * 1.2
_COPIED = {EVERYTHING, *(family.name for family in KEYS if family.copied)}


class Drops:
    """What a transaction makes stale."""

    def __init__(self):
        self.ids: list[int] = []
        self.keys: list[str] = []

    def record(self, conn: Connection, *keys: str) -> None:
        """Note these keys, inside the transaction that changes what they hold.

        Also when a repeated request changes nothing: the worker that changed it may have died
        before its drop.
        """
        if keys:
            self.ids += queries.cache.record_drops(conn, keys=list(keys))
            self.keys += keys


@contextmanager
def dropping() -> Iterator[Drops]:
    """Drop what was recorded; around the transaction, and around its connection.

    Returns when no worker can answer with it any more. Where Redis cannot be told, the rows stay,
    and whoever reads next does it.
    """
    drops = Drops()
    yield drops
    if drops.ids:
        time.sleep(max(0.0, _drop(drops) - time.monotonic()))


def _drop(drops: Drops) -> float:
    """The moment from which on nobody has what was dropped."""
    committed = time.monotonic()
    is_dropped = store().drop(drops.keys)
    has_no_copies = time.monotonic() + COPY_SECONDS * 1.2
    try:
        with current_app.extensions["database"].connection() as conn:
            if is_dropped:
                queries.cache.clear_drops(conn, ids=drops.ids)
                return committed if _COPIED.isdisjoint(drops.keys) else has_no_copies
            if EVERYTHING not in drops.keys:
                outage_id = queries.cache.record_outage(conn)
                if store().outage.stands(outage_id, SEEN_SECONDS):
                    queries.cache.drop_everything(conn, ids=drops.ids)
                    return committed
    except (psycopg.Error, PoolTimeout, TooManyRequests) as error:
        # The change itself is stored, and its rows stay until somebody reads.
        complain(f"rows of cache_drops stay, {error}")
        if is_dropped:
            return has_no_copies
    return committed + SEEN_SECONDS
