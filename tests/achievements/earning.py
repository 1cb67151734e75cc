"""Earning points and achievements, and what the database then says."""

import contextlib
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import builders

FINISH = {"watched_seconds": 300, "last_position_seconds": 300, "completion_percentage": 100}


def make_achievement(conn, metric, threshold, **overrides):
    """An achievement of five points, given from now on."""
    values = {
        "code": f"code_{secrets.token_hex(6)}",
        "title": "A title",
        "description": "A description",
        "icon": "star",
        "points": 5,
        "metric": metric,
        "threshold": threshold,
        "is_active": True,
    } | overrides
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    achievement_id = conn.execute(
        f"insert into achievements ({columns}) values ({marks}) returning id",
        list(values.values()),
    ).fetchone()[0]
    return SimpleNamespace(id=achievement_id, **values)


def unlock(conn, user, achievement):
    """Give the achievement, without its points."""
    conn.execute(
        "insert into user_achievements (user_id, achievement_id) values (%s, %s)",
        [user.id, achievement.id],
    )


def attend(conn, user, **overrides):
    """A course, as `builders.make_course` makes it, with the user in it."""
    course = builders.make_course(conn, **overrides)
    builders.enroll(conn, user, course)
    return course


def complete(client, lesson_id):
    """Complete the lesson; what that has earned."""
    answer = client.post(f"/api/v1/progress/lessons/{lesson_id}", json=FINISH)
    assert answer.status_code == 200, answer.text
    return answer.json["earned"]


def complete_again(client, lesson_id):
    """As `complete`, by one of many devices: those that come late are asked for a pause."""
    answer = client.post(f"/api/v1/progress/lessons/{lesson_id}", json=FINISH)
    assert answer.status_code in (200, 429), answer.text
    return answer.json.get("earned")


def ledger(conn, user):
    """The user's points in order: (reason, points, source_id)."""
    return conn.execute(
        "select reason, points, source_id from points_history where user_id = %s order by id",
        [user.id],
    ).fetchall()


def achievements_of(conn, user):
    """The ids of what the user has, in order."""
    rows = conn.execute(
        "select achievement_id from user_achievements where user_id = %s order by 1", [user.id]
    )
    return [achievement_id for (achievement_id,) in rows]


def assert_it_adds_up(conn, user, total):
    """The total is the ledger's sum, and the level that which begins there or before."""
    points, level = conn.execute(
        "select total_points, level from user_points where user_id = %s", [user.id]
    ).fetchone()
    assert points == total == sum(entry[1] for entry in ledger(conn, user))
    levels = conn.execute("select max(level) from levels where min_points <= %s", [total])
    assert level == levels.fetchone()[0]


def at_once(*calls):
    """Call the functions at the same moment, each in a thread; their results in order."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait(10)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result(30) for future in [threads.submit(run, call) for call in calls]]


@contextlib.contextmanager
def crowded(make_app, conn):
    """An app with a connection for each of twenty devices; afterwards there was no deadlock."""
    app = make_app(DATABASE_POOL_SIZE="20")
    app.extensions["database"].open()
    app.extensions["database"].pool.wait()
    yield app
    # A connection reports its last numbers when it ends.
    app.extensions["database"].close()
    deadlocks = "select deadlocks from pg_stat_database where datname = current_database()"
    assert conn.execute(deadlocks).fetchone() == (0,)
