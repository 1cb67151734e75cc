"""The scenarios of the open model: what learners send, in turn."""

import json
from collections.abc import Callable, Sequence

from perf.open_model import Call


def watchers(learners: Sequence[dict]) -> list[Call]:
    """An update of each learner's lesson."""
    body = {"watched_seconds": 7, "last_position_seconds": 7, "completion_percentage": 1}
    return [
        Call(
            "POST /api/v1/progress/lessons/[id]",
            "POST",
            f"/api/v1/progress/lessons/{learner['watching']['lesson_id']}",
            learner["access_token"],
            json.dumps(body).encode(),
        )
        for learner in learners
    ]


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
