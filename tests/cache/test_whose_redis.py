"""The cache empties only what is its own, and answers only with it."""

import logging

import builders
import pytest
from cache.servers import own_redis
from conftest import anonymous

from courseapp import cache
from courseapp.cache_lease import OWNER
from courseapp.config import ConfigError

LIST = "/api/v1/courses"


@pytest.fixture
def redis_alone():
    """A Redis that nothing has used."""
    with own_redis() as server:
        yield server


def titles(app):
    answer = anonymous(app).get(LIST)
    assert answer.status_code == 200
    return [item["title"] for item in answer.json["items"]]


def change(past, title):
    """Past the service, so that what is kept stays."""
    past.execute("update courses set title = %s", [title])


@pytest.fixture(autouse=True)
def course(past):
    """A course to list."""
    past.execute("delete from cache_server")
    return builders.make_course(past)


def test_what_somebody_else_keeps_there_stays_and_nothing_is_kept(
    make_app, redis_alone, past, caplog, runner
):
    redis_alone.client.set("otherservice:queue", "jobs")
    app = make_app(CACHE_REDIS_URL=redis_alone.url)
    for n in range(3):
        change(past, f"Title {n}")
        assert titles(app)[0] == f"Title {n}"
    assert redis_alone.client.keys() == [b"otherservice:queue"]
    said = [r.getMessage() for r in caplog.records if "not of this service" in r.getMessage()]
    assert len(said) == 1


def test_nor_is_another_deployments_cache_used_or_emptied(make_app, redis_alone, past):
    first = make_app(CACHE_REDIS_URL=redis_alone.url)
    titles(first)
    kept = redis_alone.client.get("courses:published")
    redis_alone.client.set(OWNER, "another/1")
    change(past, "Ours")
    assert titles(make_app(CACHE_REDIS_URL=redis_alone.url)) == ["Ours"] * len(titles(first))
    assert redis_alone.client.get("courses:published") == kept


def test_one_that_was_emptied_by_hand_is_used_again(make_app, redis_alone, past, wait_until):
    app = make_app(CACHE_REDIS_URL=redis_alone.url)
    titles(app)
    redis_alone.client.flushall()
    wait_until(lambda: titles(app) and redis_alone.client.exists("courses:published", OWNER) == 2)


def test_what_another_version_has_kept_is_not_answered(
    make_app, redis_alone, past, monkeypatch, wait_until
):
    app = make_app(CACHE_REDIS_URL=redis_alone.url)
    titles(app)
    assert redis_alone.client.exists("courses:published")
    change(past, "As of the next version")
    monkeypatch.setattr(cache, "_version", lambda: "next")
    assert titles(make_app(CACHE_REDIS_URL=redis_alone.url))[0] == "As of the next version"


@pytest.mark.parametrize("command", ["flushdb", "info", "get", "set", "evalsha"])
def test_rights_that_are_missing_are_said_once_and_answers_are_right(
    make_app, redis_alone, past, caplog, command
):
    caplog.set_level(logging.WARNING)
    redis_alone.client.acl_setuser(
        "cache", enabled=True, passwords=["+secret"], keys=["*"], commands=["+@all", f"-{command}"]
    )
    url = redis_alone.url.replace("unix://", "unix://cache:secret@")
    app = make_app(CACHE_REDIS_URL=url)
    for n in range(40):
        change(past, f"Title {command} {n}")
        with app.app_context():
            cache.store().forget_copies()
        assert titles(app)[0] == f"Title {command} {n}"
    lines = [r for r in caplog.records if r.name == "courseapp.cache_breaker"]
    assert len({r.getMessage() for r in lines}) == len(lines) <= 4


def test_a_url_with_options_of_its_own_is_good(make_app, redis_alone):
    app = make_app(CACHE_REDIS_URL=f"{redis_alone.url}&socket_timeout=5&socket_connect_timeout=5")
    titles(app)
    assert redis_alone.client.exists("courses:published")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"CACHE_REDIS_URL": "redis://h/abc"}, "CACHE_REDIS_URL names no database"),
        ({"REDIS_URL": "redis://h/abc"}, "REDIS_URL names no database"),
        ({"REDIS_URL": "redis://h/0?db=x"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://h:port/0"}, "REDIS_URL"),
        (
            {"REDIS_URL": "redis://h:1/3", "CACHE_REDIS_URL": "redis://h:1/3"},
            "CACHE_REDIS_URL names the database of REDIS_URL",
        ),
    ],
)
def test_urls_that_cannot_be_meant_are_named(make_app, settings, said):
    with pytest.raises(ConfigError, match=said):
        make_app(**settings)
