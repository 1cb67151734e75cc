"""`flask cache`: what is kept, and forgetting it."""

import json
import time

import builders
import psycopg
import pytest

from courseapp.cache import KEYS, store

COURSES, ME = "/api/v1/courses", "/api/v1/gamification/me"


@pytest.fixture
def run(runner):
    """Runs `flask cache`; exit status and output."""

    def invoke(*arguments):
        answer = runner.invoke(args=["cache", *arguments])
        return answer.exit_code, answer.output

    return invoke


def test_show_prints_the_answer_that_is_kept(run, client, conn):
    builders.make_course(conn)
    assert run("show", "courses:published")[0] == 1
    answer = client.get(COURSES)
    status, output = run("show", "courses:published")
    assert (status, json.loads(output)) == (0, answer.json)


def test_drop_forgets_one_key_or_everything(run, client, as_user, learner):
    kept = ["courses:published", f"gamification:{learner.id}"]
    me = as_user(learner)
    for key, left in (("courses:published", kept[1:]), ("*", [])):
        client.get(COURSES)
        me.get(ME)
        assert run("drop", key)[0] == 0
        assert [key for key in kept if run("show", key)[0] == 0] == left


def test_what_is_changed_past_the_service_is_seen_after_a_drop(run, client, environ):
    client.get(COURSES)
    with psycopg.connect(environ["DATABASE_OWNER_URL"], autocommit=True) as dba:
        course = builders.make_course(dba)
        assert course.id not in [item["id"] for item in client.get(COURSES).json["items"]]
        run("drop", "courses:published")
        assert course.id in [item["id"] for item in client.get(COURSES).json["items"]]
        assert dba.execute("select count(*) from cache_drops").fetchone() == (0,)


def test_stats_count_by_family(run, app, client, as_user, learner):
    def counted():
        # Workers add up when they look whether they may believe the cache.
        with app.app_context():
            store()._counted = 0
            store()._add_counts(time.monotonic())
        status, output = run("stats", "--json")
        assert status == 0
        return json.loads(output)

    me = as_user(learner)
    before = counted()
    for _ in range(3):
        body = client.get(COURSES).data
    me.get(ME)
    after = counted()
    courses, mine, achievements = after
    assert [row["keys"] for row in after] == [key.name for key in KEYS]
    assert (courses["hits"] - before[0]["hits"], courses["misses"] - before[0]["misses"]) == (2, 1)
    assert (courses["number"], courses["bytes"]) == (1, len(body))
    assert 0 <= courses["oldest_seconds"] <= 5
    assert (mine["number"], mine["misses"] - before[1]["misses"]) == (1, 1)
    assert (achievements["number"], achievements["hit_rate"]) == (0, None)
    assert run("stats")[1].splitlines()[0].split()[:3] == ["keys", "hits", "misses"]


@pytest.mark.parametrize(
    "key", ["courses", "gamification:*", "outage", "stats", "", "x" * 300, "é"]
)
@pytest.mark.parametrize("command", ["drop", "show"])
def test_what_is_no_key_is_refused(run, command, key):
    status, output = run(command, key)
    assert status == 2
    assert "There are courses:published, gamification:{user_id}, achievements:active." in output


def test_a_redis_that_is_away_is_an_error_in_plain_words(make_app):
    runner = make_app(CACHE_REDIS_URL="redis://127.0.0.1:1/1").test_cli_runner()
    for arguments in (["stats"], ["show", "courses:published"]):
        answer = runner.invoke(args=["cache", *arguments])
        assert answer.exit_code == 1
        assert answer.output.startswith("Error: Redis does not answer: ")
