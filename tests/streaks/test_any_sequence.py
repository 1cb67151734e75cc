"""Whatever happens in whatever order, against the calendar on the wall."""

import json
from datetime import UTC, datetime, timedelta

import builders
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streaks.calendar import DAY, MOMENT, Calendar, state_by
from streaks.student import FINISHED, shown, state_of

from courseapp.cache_drops import Drops
from courseapp.completion import complete_lesson
from courseapp.db import connect_as_service, queries

UPDATE = FINISHED | {"sent_at": None}


ZONES = [
    "UTC",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Europe/Warsaw",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Atlantic/Azores",
    "Africa/Cairo",
    "America/Nuuk",
]
# Shortly before something happens, somewhere.
STARTS = [
    datetime(*day, tzinfo=UTC)
    for day in [
        (2027, 3, 12),
        (2027, 3, 26),
        (2027, 4, 2),
        (2027, 4, 28),
        (2027, 10, 1),
        (2027, 10, 29),
        (2027, 11, 5),
        (2027, 12, 30),
        (2028, 2, 27),
    ]
]
# To the learner's n-th midnight from now and a few moments more or less; or by hours.
ADVANCES = st.one_of(
    st.tuples(st.integers(1, 3), st.integers(-2, 2).map(lambda n: n * MOMENT)),
    st.integers(0, 30).map(lambda n: timedelta(hours=n)),
    st.integers(0, 4).map(lambda n: n * DAY),
)
STEP = st.tuples(
    ADVANCES,
    st.one_of(st.none(), st.none(), st.sampled_from(ZONES)),
    st.sampled_from(["complete", "complete", "complete", "complete again", "read"]),
)
# Over the date line a day is skipped, which may freeze it, and on the way back it comes again.
TRIP = [
    (timedelta(0), "Pacific/Pago_Pago", "read"),
    ((1, timedelta(hours=-1)), None, "complete"),
    (timedelta(hours=2), "Pacific/Kiritimati", "complete"),
    (timedelta(hours=2), "Pacific/Pago_Pago", "complete"),
]


@pytest.fixture(scope="module")
def service(app, clock):
    """A connection like those of the service, with the test's clock."""
    with connect_as_service(app) as connection:
        yield connection


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    zone=st.sampled_from(ZONES),
    start=st.sampled_from(STARTS),
    hour=st.integers(0, 23),
    days=st.sampled_from([0, 1, 5, 6, 7, 13, 14, 20]),
    steps=st.lists(st.one_of(STEP, STEP, st.just(TRIP)), max_size=10),
)
def test_whatever_a_learner_does_the_streak_is_that_of_the_calendar(
    conn, service, clock, lessons, zone, start, hour, days, steps
):
    user, calendar = builders.make_user(conn, timezone=zone), Calendar(zone)
    builders.enroll(conn, user, lessons)
    lesson_ids, lesson_id = iter(lessons.lesson_ids), None
    moment = start + timedelta(hours=hour) - days * DAY

    def complete(lesson_id, is_new):
        outcome, body = complete_lesson(service, Drops(), user.id, lesson_id, UPDATE)
        assert outcome == "ok"
        earned = json.loads(body)["earned"]
        assert (earned is not None) == is_new
        if is_new:
            assert earned["is_first_today"] == calendar.complete(moment)
            assert earned["current_streak"] == calendar.current

    def assert_shown(moment):
        clock.set(moment)
        body, until_midnight = queries.gamification.get_gamification(service, user_id=user.id)
        assert shown(json.loads(body)) == calendar.shown(moment)
        # So long the cache may keep it.
        midnight = calendar.midnight(calendar.day(moment) + DAY)
        assert until_midnight == pytest.approx((midnight - moment).total_seconds(), abs=1e-5)

    for _ in range(days):
        clock.set(moment)
        complete(next(lesson_ids), True)
        moment += DAY
    for advance, new_zone, action in flat(steps):
        if isinstance(advance, timedelta):
            moment += advance
        else:
            nights, more = advance
            moment = max(moment, calendar.midnight(calendar.day(moment) + nights * DAY) + more)
        clock.set(moment)
        if new_zone:
            calendar.zone = new_zone
            conn.execute("update users set timezone = %s where id = %s", [new_zone, user.id])
        if action == "complete":
            lesson_id = next(lesson_ids)
            complete(lesson_id, True)
        elif action == "complete again" and lesson_id:
            complete(lesson_id, False)
        assert state_of(conn, user) == state_by(calendar)
        assert_shown(moment)
    ends_at = calendar.shown(moment)[-1]
    if ends_at:
        assert_shown(ends_at - MOMENT)
        assert_shown(ends_at)


def flat(steps):
    return [step for item in steps for step in (item if isinstance(item, list) else [item])]
