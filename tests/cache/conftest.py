"""The cache's own Redis, seen from beside the service, and data changed past it."""

import socket
import time

import psycopg
import pytest
import redis
from cache.servers import own_redis


@pytest.fixture(scope="module")
def past(environ):
    """A connection as the owner that, unlike `conn`, drops nothing."""
    with psycopg.connect(environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def kept(environ):
    """The Redis database of the cache."""
    with redis.Redis.from_url(environ["CACHE_REDIS_URL"]) as client:
        yield client


@pytest.fixture(scope="module")
def server():
    """A Redis that the module may stop, kill and freeze."""
    with own_redis() as running:
        yield running


@pytest.fixture(scope="module")
def silent(tmp_path_factory):
    """The URL of a Redis that takes connections and never answers."""
    path = tmp_path_factory.mktemp("silent") / "redis.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(1000)
        yield f"unix://{path}?db=1"


@pytest.fixture
def recorded(past):
    """The keys that are recorded and not yet dropped."""
    return lambda: [key for (key,) in past.execute("select key from cache_drops order by id")]


@pytest.fixture
def wait_until():
    """Wait until something is so; the seconds that took."""

    def wait(is_so, seconds=5):
        started = time.monotonic()
        while not is_so():
            assert time.monotonic() - started < seconds
            time.sleep(0.005)
        return time.monotonic() - started

    return wait
