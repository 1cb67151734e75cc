"""A learner who watches, and several devices at the same moment."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import builders
import psycopg
import pytest


@pytest.fixture(scope="module", autouse=True)
def without_achievements(conn):
    """Lessons and courses alone; tests/gamification is about the rest."""
    conn.execute("update achievements set is_active = false")


class Watching:
    """A learner enrolled in a course, and one of their devices."""

    def __init__(self, user, course, client):
        self.user, self.course, self.client = user, course, client
        self.lesson_id = course.lesson_ids[0] if course.lesson_ids else None

    def report(self, watched=60, position=None, percentage=20, lesson_id=None, **more):
        """Send an update; the position is what was watched unless given."""
        return self.client.post(
            f"/api/v1/progress/lessons/{lesson_id or self.lesson_id}",
            json={
                "watched_seconds": watched,
                "last_position_seconds": watched if position is None else position,
                "completion_percentage": percentage,
            }
            | more,
        )

    def finish(self, lesson_id=None):
        """Send the update that completes a lesson."""
        return self.report(300, percentage=100, lesson_id=lesson_id)

    def lesson(self, lesson_id=None):
        """What the API says about a lesson."""
        return self.client.get(f"/api/v1/progress/lessons/{lesson_id or self.lesson_id}").json

    def course_progress(self):
        """What the API says about the course."""
        return self.client.get(f"/api/v1/progress/courses/{self.course.id}").json


@pytest.fixture
def watch(conn, as_user):
    """Enroll a new learner in a course, by default a new one: watch(lessons=3, …)."""

    def start(course=None, user=None, **overrides):
        user = user or builders.make_user(conn)
        course = course or builders.make_course(conn, **overrides)
        builders.enroll(conn, user, course)
        return Watching(user, course, as_user(user))

    return start


@pytest.fixture
def forget_throttle(conn):
    """Make as if a learner's last updates were long ago."""
    return lambda user: conn.execute(
        "update lesson_progress set throttle_at = now() - interval '1 hour' where user_id = %s",
        [user.id],
    )


@pytest.fixture
def earned(conn):
    """A learner's points: (total, level, sum of the ledger, number of its lessons)."""
    return lambda user: conn.execute(
        "select p.total_points, p.level, coalesce(sum(h.points), 0),"
        " count(h.id) filter (where h.reason = 'lesson_completed')"
        " from user_points as p left join points_history as h using (user_id)"
        " where user_id = %s group by user_id",
        [user.id],
    ).fetchone()


@pytest.fixture
def completed_at(conn):
    """When a learner completed a course, or None."""
    return lambda user, course: conn.execute(
        "select completed_at from enrollments where user_id = %s and course_id = %s",
        [user.id, course.id],
    ).fetchone()[0]


@pytest.fixture(scope="session")
def at_once():
    """Call functions at the same moment, each in a thread; their results in order."""
    with ThreadPoolExecutor(60) as threads:

        def call(*functions):
            barrier = threading.Barrier(len(functions))

            def run(function):
                barrier.wait(10)
                return function()

            return [future.result(30) for future in [threads.submit(run, f) for f in functions]]

        yield call


@pytest.fixture
def held_up(environ, conn, at_once):
    """Lock the learner's rows of a table, send a request, do `meanwhile(holder, pid)` once the
    request waits in `statement`, and let it go on; the answer."""

    def hold_up(table, user, statement, request, meanwhile):
        locked = threading.Event()

        def hold():
            with psycopg.connect(environ["DATABASE_URL"]) as holder:
                holder.execute(f"select from {table} where user_id = %s for update", [user.id])
                locked.set()
                meanwhile(holder, wait_until_blocked(statement))

        def send():
            assert locked.wait(10)
            return request()

        return at_once(hold, send)[1]

    def wait_until_blocked(statement):
        for _ in range(2000):
            row = conn.execute(
                "select pid from pg_stat_activity where datname = current_database()"
                " and wait_event_type = 'Lock' and query like %s",
                [f"/* {statement} */%"],
            ).fetchone()
            if row:
                return row[0]
            time.sleep(0.001)
        raise AssertionError(f"nobody waits in {statement}")

    return hold_up
