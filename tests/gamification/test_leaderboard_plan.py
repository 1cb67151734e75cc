"""A leaderboard with very many learners on it is read from its two ends, never as a whole.

LEADERBOARD_LEARNERS=1000000 makes it as large as it is meant to be.
"""

import json
import os

import psycopg
import pytest

from courseapp.db import configure, queries
from courseapp.explain_plan import read_plan

LEARNERS = int(os.environ.get("LEADERBOARD_LEARNERS") or 30_000)
FILL = """
    insert into users (email, password_hash, full_name, leaderboard_opt_in)
    select 'many-' || n || '@example.com', '', 'Many', true from generate_series(1, %(learners)s) n;
    insert into leaderboard_entries (user_id, period, starts_on, points)
    select
        id, period, starts_on,
        -- Many have the same number of points.
        100 + mod(id * 7919, 5000)
    from users
    cross join (
        values ('all', date '-infinity'),
        ('month', date_trunc('month', now() at time zone 'UTC')::date),
        ('week', date_trunc('week', now() at time zone 'UTC')::date)
    ) as period (period, starts_on)
    where email like 'many-%%';
"""


@pytest.fixture(scope="module")
def crowd(environ):
    """A connection to a database with that many learners on the leaderboard of all courses."""
    with psycopg.connect(environ["DATABASE_OWNER_URL"], autocommit=True) as conn:
        configure(conn)
        for statement in FILL.split(";")[:-1]:
            conn.execute(statement, {"learners": LEARNERS} if "%" in statement else None)
        conn.execute("vacuum (analyze) users, leaderboard_entries")
        yield conn


@pytest.fixture
def places(crowd):
    """The learner of a number of points, and how many have more."""
    return lambda points: crowd.execute(
        "select min(user_id) from leaderboard_entries where period = 'week' and points >= %s"
        " group by points order by points limit 1",
        [points],
    ).fetchone()[0]


@pytest.mark.parametrize("period", ["week", "month", "all"])
@pytest.mark.parametrize("points", [101, 2500, 5099])
def test_only_the_best_and_those_just_ahead_are_read(crowd, places, period, points):
    given = {"user_id": places(points), "role": "learner", "course_id": None}
    given |= {"period": period, "limit": 100}
    text = "explain (analyze, buffers, format json) " + queries.gamification.list_leaderboard.sql
    # What the service sends is prepared, and soon has a generic plan.
    crowd.execute("set plan_cache_mode = force_generic_plan")
    (document,) = crowd.execute(text, given, prepare=True).fetchone()
    plan = read_plan(json.loads(document), is_generic=True)
    assert "idx_leaderboard_entries_place" in plan.indexes
    assert not plan.scanned & {"users", "leaderboard_entries"}
    # 100 learners and at most 1,000 ahead, each with their account: a few pages a learner.
    assert plan.buffers < 10_000


def test_the_answer_is_right_at_both_ends(crowd, places):
    for points in (5099, 101):
        user_id = places(points)
        row = queries.gamification.list_leaderboard(
            crowd, user_id=user_id, role="learner", course_id=None, period="week", limit=100
        )
        board = json.loads(row)
        assert len(board["items"]) == 100
        assert board["me"]["points"] == points
        ahead = "select count(*) from leaderboard_entries where period = 'week' and points > %s"
        rank = crowd.execute(ahead, [points]).fetchone()[0] + 1
        assert board["me"]["rank"] == (rank if rank <= 1000 else None)
