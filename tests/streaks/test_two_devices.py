"""Two devices around midnight."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from streaks.calendar import DAY, MOMENT, Calendar, state_by
from streaks.student import local, state_of


@pytest.fixture(scope="module")
def devices():
    with ThreadPoolExecutor(3) as threads:
        yield threads


@pytest.mark.parametrize("days_before", [0, 1, 6])
def test_two_devices_at_once_around_midnight_count_each_day_once(
    student, conn, clock, devices, days_before
):
    midnight = local("2027-03-08 00:00", "Europe/Warsaw")
    seen = set()
    for _ in range(10):
        ada, barrier = student("Europe/Warsaw"), threading.Barrier(3)
        ada.learns_daily(str(midnight.date() - (days_before + 1) * DAY), days_before)
        clock.set(midnight - MOMENT)

        def at_once(function, barrier=barrier):
            barrier.wait(10)
            return function()

        actions = [ada.complete, ada.complete, lambda: clock.set(midnight)]
        futures = [devices.submit(at_once, action) for action in actions]
        earned = [future.result(30) for future in futures][:2]
        rows = conn.execute(
            "select completed_at from lesson_progress where user_id = %s order by completed_at",
            [ada.user.id],
        )
        calendar = Calendar("Europe/Warsaw")
        first = [calendar.complete(moment) for (moment,) in rows]
        assert state_of(conn, ada.user) == state_by(calendar)
        assert sum(e["is_first_today"] for e in earned) == sum(first[days_before:])
        seen.add(sum(first[days_before:]))
    assert seen <= {1, 2}


def test_who_has_to_wait_over_midnight_has_completed_after_it(
    student, conn, clock, devices, environ
):
    ada = student("Europe/Warsaw")
    ada.learns("2027-03-07 12:00")
    ada.it_is("2027-03-07 23:59:59.999999")
    with psycopg.connect(environ["DATABASE_OWNER_URL"]) as other_device:
        other_device.execute("select from user_points where user_id = %s for update", [ada.user.id])
        waiting = devices.submit(ada.complete)
        wait_until_blocked(conn)
        ada.it_is("2027-03-08 00:00")
    assert waiting.result(30)["current_streak"] == 2
    assert ada.days() == ["2027-03-07", "2027-03-08"]


def wait_until_blocked(conn):
    for _ in range(2000):
        if conn.execute(
            "select pid from pg_stat_activity where datname = current_database()"
            " and wait_event_type = 'Lock' and query like '/* gamification.lock_user_points */%'"
        ).fetchone():
            return
        time.sleep(0.001)
    raise AssertionError("nobody waits")
