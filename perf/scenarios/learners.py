"""Who the virtual users are: a learner of the load data each, logged in before the run.

The environment variable PERF_LOGINS names a file that `flask seed logins` has printed.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from locust import FastHttpUser, events


@cache
def learners() -> Iterator[dict]:
    """Each once in a test, however many users ask."""
    path = os.environ.get("PERF_LOGINS")
    if not path:
        raise SystemExit(
            "Set PERF_LOGINS to a file that `flask seed logins` has printed, see perf/README.md."
        )
    return iter(json.loads(Path(path).read_text("utf-8"))["learners"])


@events.test_start.add_listener
def begin_anew(**_):
    """Locust's page can start a test after another: it has all learners again, from the file."""
    learners.cache_clear()


class Learner(FastHttpUser):
    """A user with an account of its own: two on one account would share its throttle."""

    abstract = True
    connection_timeout = network_timeout = 30

    @staticmethod
    def can(learner: dict) -> bool:
        """Whether a learner can do what the scenario is about; others are passed over."""
        return True

    def on_start(self):
        """Become one of the learners.

        :raise LookupError: when none is left.
        """
        self.learner = next(filter(self.can, learners()), None)
        if self.learner is None:
            raise LookupError("PERF_LOGINS has fewer learners who can do this than there are users")
        self.headers = {"Cookie": f"access_token={self.learner['access_token']}"}

    def get(self, path: str, name: str | None = None):
        """Ask; requests are counted under `name`, with [id] in place of ids."""
        return self.client.get(f"/api/v1/{path}", name=f"/api/v1/{name or path}", **self._sent())

    def post(self, path: str, name: str, body: dict | None = None):
        """Send a document, or nothing."""
        return self.client.post(
            f"/api/v1/{path}", name=f"/api/v1/{name}", json=body, **self._sent()
        )

    def _sent(self) -> dict:
        return {"headers": dict(self.headers)}


class Player:
    """What a player knows of the lesson that its learner watches."""

    def __init__(self, learner: dict):
        watching = learner["watching"]
        self.path, self.course_id = (
            f"progress/lessons/{watching['lesson_id']}",
            watching["course_id"],
        )
        self.duration, self.position = watching["duration_seconds"] or 600, 0
        self.is_finished = False

    def report(self, seconds: int) -> dict:
        """The update after some more seconds; at four fifths it goes back to the beginning."""
        self.position = (self.position + seconds) % max(1, self.duration * 4 // 5)
        return {
            "watched_seconds": self.position,
            "last_position_seconds": self.position,
            "completion_percentage": 100 * self.position // self.duration,
        }

    def report_end(self) -> dict:
        """The update at the end of the video."""
        return {
            "watched_seconds": self.duration,
            "last_position_seconds": self.duration,
            "completion_percentage": 100,
        }
