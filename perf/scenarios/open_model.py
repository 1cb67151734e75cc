"""The scenarios of the open model: what learners send, in turn."""

import json
from collections.abc import Callable, Sequence

from perf.clients.open_model import Call


def watchers(learners: Sequence[dict], rounds: int = 1) -> list[Call]:
    """An update of each learner's lesson, and then of each again, 5 s further on."""
    return [
        Call(
            "POST /api/v1/progress/lessons/[id]",
            "POST",
            f"/api/v1/progress/lessons/{learner['watching']['lesson_id']}",
            learner["access_token"],
            json.dumps(_report(learner["watching"]["duration_seconds"] or 600, number)).encode(),
        )
        for number in range(rounds)
        for learner in learners
    ]


def _report(duration: int, number: int) -> dict:
    # At four fifths back to the beginning: who finishes a lesson is another scenario.
    position = (7 + 5 * number) % max(1, duration * 4 // 5)
    return {
        "watched_seconds": position,
        "last_position_seconds": position,
        "completion_percentage": 100 * position // duration,
    }


def browsers(learners: Sequence[dict]) -> list[Call]:
    """A look at the list of courses."""
    path = "/api/v1/courses?is_published=true"
    return [
        Call("GET /api/v1/courses", "GET", path, learner["access_token"]) for learner in learners
    ]


CALLS: dict[str, Callable[[Sequence[dict]], list[Call]]] = {
    "watchers_open": watchers,
    "browsers_open": browsers,
}
