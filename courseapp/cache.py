"""Every key of the cache, how long it is kept, and what drops it. docs/cache.md says why."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, current_app
from flask_caching import Cache
from psycopg import Connection

from courseapp.cache_store import EVERYTHING, LeasedCache, drop_recorded
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
    dropped_by=("load.create_courses", "seed.create_demo_courses"),
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
        "gamification.award_course_points",
        "gamification.award_lesson_points",
        "gamification.create_correction",
        "gamification.update_levels",
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
_COPIED = {EVERYTHING, *(family.name for family in KEYS if family.copied)}

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


class Drops:
    """What a transaction makes stale."""

    def __init__(self):
        self.ids: list[int] = []
        self.keys: list[str] = []

    def record(self, conn: Connection, *keys: str) -> None:
        """Note these keys, inside the transaction that changes what they hold."""
        if keys:
            self.ids += queries.cache.record_drops(conn, keys=list(keys))
            self.keys += keys


@contextmanager
def dropping() -> Iterator[Drops]:
    """Drop what was recorded; around the transaction, and around its connection.

    Where that is impossible the row stays, and whoever reads next does it.
    """
    drops = Drops()
    yield drops
    if drops.ids:
        copied = not _COPIED.isdisjoint(drops.keys)
        drop_recorded(store(), current_app.extensions["database"], drops.ids, drops.keys, copied)


def store() -> LeasedCache:
    """Flask-Caching's backend of the current app."""
    return _cache.cache


def init_app(app: Flask) -> None:
    """Connect nothing yet."""
    _cache.init_app(
        app,
        config={
            "CACHE_TYPE": "courseapp.cache_store.LeasedCache",
            # Literal keys. `clear()` would be FLUSHDB then, which is all right: the database of
            # the cache is its own.
            "CACHE_KEY_PREFIX": "",
        },
    )
