"""Doing without Redis while it is away, and saying so once."""

import logging
import threading
import time
from collections.abc import Callable

import redis

log = logging.getLogger(__name__)

PROBE_SECONDS = 0.5
SAY_AGAIN_SECONDS = 60

_said: dict[str, float] = {}


def complain(text: str) -> None:
    """Log a warning, the same once a minute: what is wrong with Redis is so at every request."""
    now = time.monotonic()
    if now - _said.get(text, -SAY_AGAIN_SECONDS) >= SAY_AGAIN_SECONDS:
        if len(_said) > 1000:
            _said.clear()
        _said[text] = now
        log.warning("cache: %s", text)


class Breaker:
    """Open while Redis is away; a thread of its own finds out when it is back."""

    def __init__(self, probe: Callable[[], object]):
        self.is_open = False
        self._probe, self._lock = probe, threading.Lock()

    def open(self, reason: Exception) -> None:
        """Do without Redis from now on. No request waits for it again."""
        with self._lock:
            if self.is_open:
                return
            self.is_open = True
        complain(f"off, {reason}")
        threading.Thread(target=self._close_when_back, name="cache-probe", daemon=True).start()

    def _close_when_back(self) -> None:
        while self.is_open:
            time.sleep(PROBE_SECONDS)
            try:
                self._probe()
            except (redis.RedisError, OSError):
                continue
            self.is_open = False
            complain("on again")


class Outage:
    """Since when nobody has looked at cache_drops, by this worker's own clock."""

    def __init__(self):
        self._seen: tuple[int | None, float] = (None, 0.0)

    def stands(self, outage_id: int | None, seconds: float) -> bool:
        """Whether nobody has looked for that many seconds, so that nobody has old answers.

        :param outage_id: the row of cache_drops that says so and that whoever looks deletes; None
            if there was none yet
        """
        known, since = self._seen
        if outage_id != known:
            self._seen = outage_id, time.monotonic()
            return False
        return outage_id is not None and time.monotonic() - since >= seconds
