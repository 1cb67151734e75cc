"""Every key of the cache, how long it is kept, and what drops it. docs/cache.md says why."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from flask import Flask
from flask_caching import Cache

from courseapp.cache_store import LeasedCache
from courseapp.db import queries


@dataclass(frozen=True)
class Key:
    """A family of keys.

    :ivar name: the literal key, `{user_id}` filled in
    :ivar seconds: how long a value is kept at most
    :ivar query: whose answer it holds
    :ivar copied: whether each worker keeps a copy for a moment; whoever drops it waits that long
    :ivar dropped_by: the queries after which it is stale; their headers say the same
    """

    name: str
    seconds: int
    query: str
    dropped_by: tuple[str, ...]
    copied: bool = False

    def __call__(self, **values) -> str:
        return self.name.format(**values)


# The first page with default parameters. Whoever changes what the list shows drops it.
COURSES = Key(
    "courses:published",
    600,
    query="courses.list_published_courses",
    dropped_by=(
        "courses.delete_course",
        "courses.publish_course",
        "courses.unpublish_course",
        "courses.update_course",
        "lessons.delete_lessons",
        "lessons.publish_lesson",
        "lessons.unpublish_lesson",
        "lessons.update_lesson",
        "load.create_courses",
        "seed.create_demo_courses",
        "uploads.complete_upload",
    ),
    copied=True,
)
# Or until the learner's midnight.
GAMIFICATION = Key(
    "gamification:{user_id}",
    300,
    query="gamification.get_gamification",
    dropped_by=(
        "achievements.unlock_achievements",
        "achievements.update_achievement",
        "auth.update_me",
        "gamification.award_completed_courses",
        "gamification.award_course_points",
        "gamification.award_lesson_points",
        "gamification.award_reached_lessons",
        "gamification.create_correction",
        "gamification.record_activity_day",
        "gamification.update_levels",
        "gamification.update_streak",
    ),
)
# The anonymous answer.
ACHIEVEMENTS = Key(
    "achievements:active",
    3600,
    query="achievements.list_achievements",
    dropped_by=(
        "achievements.create_achievement",
        "achievements.delete_achievement",
        "achievements.update_achievement",
    ),
    copied=True,
)
KEYS = (COURSES, GAMIFICATION, ACHIEVEMENTS)

_cache = Cache()


def cached(family: Key, compute: Callable[[], tuple[bytes, float]], **values) -> bytes:
    """The kept answer, or the one that `compute` returns with the seconds it is good for.

    Never older than the last write that was acknowledged before. Never fails for Redis.

    :param values: what the family's key is filled with
    """
    cache, key = store(), family(**values)
    value, lease = cache.look_up(key, family.name, family.copied)
    if value is not None:
        return value
    started = time.monotonic()
    value, seconds = compute()
    if lease:
        cache.fill(key, lease, value, seconds - (time.monotonic() - started))
    return value


def store() -> LeasedCache:
    """Flask-Caching's backend of the current app."""
    return _cache.cache


def _version() -> str:
    """Another one as soon as a cached statement is: its answers may have another shape."""
    statements = (attrgetter(family.query)(queries).sql for family in KEYS)
    return hashlib.sha256("".join(statements).encode()).hexdigest()[:8]


def init_app(app: Flask) -> None:
    """Connect nothing yet."""
    _cache.init_app(
        app,
        config={
            "CACHE_TYPE": "courseapp.cache_store.LeasedCache",
            "CACHE_KEY_PREFIX": "",
            "CACHE_VERSION": _version(),
        },
    )
