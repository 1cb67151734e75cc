"""Numbers in PostgreSQL that only grow, kept in the cache as answers are.

Whoever reads one must get at least the number whose write was acknowledged before they began.
"""

import random
import threading
import time
from collections import Counter

from courseapp.cache import GAMIFICATION, cached
from courseapp.cache_drops import dropping
from courseapp.db import connection

NOWHERE = "unix:///nonexistent/redis.sock?db=1"
TABLE = "create table if not exists versions (id bigint primary key, version bigint not null)"


class Versions:
    """Numbers by id, and what the workers that were asked have computed, found and waited."""

    def __init__(self, past, ids, kept, family=GAMIFICATION):
        self.ids, self.family = ids, family
        past.execute(TABLE)
        past.execute("grant select, update on versions to courseapp_service")
        past.execute("truncate versions")
        past.execute("insert into versions select unnest(%s::bigint[]), 0", [list(ids)])
        past.execute("delete from cache_drops")
        kept.flushdb()
        self.acknowledged = dict.fromkeys(ids, 0)
        self.counts = Counter()
        self.stale = []
        self._lock = threading.Lock()

    def key(self, n):
        """The key of the number `n`."""
        return self.family(user_id=n)

    def compute(self, n):
        """What PostgreSQL says."""
        self.counts["computed"] += 1
        with connection() as conn:
            row = conn.execute("select version from versions where id = %s", [n]).fetchone()
        return str(row[0]).encode(), 300

    def read(self, app, n, compute=None):
        """What `app` answers; noted if it is too old."""
        with app.app_context():
            at_least = self.acknowledged[n]
            found = int(cached(self.family, compute or (lambda: self.compute(n)), user_id=n))
        self.counts["reads"] += 1
        if found < at_least:
            self.stale.append((n, found, at_least))
        return found

    def write(self, app, n, key=None, seconds=0):
        """The next number, written by `app` in a transaction of so many seconds."""
        with app.app_context(), dropping() as drops, connection() as conn, conn.transaction():
            (version,) = conn.execute(
                "update versions set version = version + 1 where id = %s returning version", [n]
            ).fetchone()
            drops.record(conn, key or self.key(n))
            time.sleep(seconds)
        with self._lock:
            self.counts["writes"] += 1
            self.acknowledged[n] = max(self.acknowledged[n], version)
        return version

    def mixed(self, app, seed, goes_on, writes=0.05):
        """Read and write at random for as long as `goes_on(steps)`."""
        dice, steps = random.Random(seed), 0
        while goes_on(steps):
            n = dice.choice(self.ids)
            if dice.random() < writes:
                self.write(app, n)
            else:
                self.read(app, n)
            steps += 1
