"""Days are those of the calendar: short, long, leap, and everywhere else at another moment."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from streaks.calendar import DAY, MOMENT
from streaks.student import ME, local, shown


@pytest.mark.parametrize(
    "zone, day, hours",
    [
        ("Europe/Warsaw", "2027-03-28", 23),
        ("Europe/Warsaw", "2027-10-31", 25),
        ("America/New_York", "2027-03-14", 23),
        ("America/New_York", "2027-11-07", 25),
        ("Australia/Lord_Howe", "2027-10-03", 23.5),
        ("Australia/Lord_Howe", "2027-04-04", 24.5),
        # The hour after midnight is skipped, comes twice; the hour before it.
        ("Africa/Cairo", "2027-04-30", 23),
        ("Atlantic/Azores", "2027-10-31", 25),
        ("America/Nuuk", "2027-03-27", 23),
        ("America/Nuuk", "2027-10-30", 25),
    ],
)
def test_days_of_other_lengths_are_days(student, clock, zone, day, hours):
    ada, day = student(zone), date.fromisoformat(day)
    # fold=0: of two midnights the first.
    midnights = [local(f"{day + n * DAY} 00:00", zone).astimezone(UTC) for n in (-1, 0, 1, 2)]
    assert midnights[2] - midnights[1] == timedelta(hours=hours)
    for before, after in pairwise(midnights):
        for moment in (before, after - MOMENT):
            clock.set(moment)
            ada.complete()
        clock.set(after - MOMENT)
        streak = shown(ada.client().get(ME).json)
    assert streak[:2] == (3, 3)
    assert ada.days() == [str(day + n * DAY) for n in (-1, 0, 1)]


@pytest.mark.parametrize(
    "zone, last_day, length_of_next",
    [
        ("Europe/Warsaw", "2027-03-27", 23),
        ("Europe/Warsaw", "2027-10-30", 25),
        ("Africa/Cairo", "2027-04-28", 24),
        ("Atlantic/Azores", "2027-10-29", 24),
        ("America/Havana", "2027-11-05", 24),
        ("America/Nuuk", "2027-03-26", 23),
        ("Pacific/Kiritimati", "2027-12-30", 24),
        ("Asia/Kathmandu", "2028-02-28", 24),
    ],
)
def test_it_ends_at_the_very_moment_that_is_announced(
    student, clock, zone, last_day, length_of_next
):
    ada = student(zone)
    ada.learns(f"{last_day} 12:00")
    ends_at = shown(ada.client().get(ME).json)[-1]
    clock.set(ends_at - MOMENT)
    assert ada.client().get(ME).json["current_streak"] == 1
    clock.set(ends_at)
    assert ada.client().get(ME).json["current_streak"] == 0
    begins = local(f"{date.fromisoformat(last_day) + DAY} 00:00", zone).astimezone(UTC)
    assert ends_at - begins == timedelta(hours=length_of_next)


def test_two_learners_at_one_moment_have_their_own_days(student, clock):
    east, west = student("Pacific/Kiritimati"), student("Pacific/Pago_Pago")
    clock.set(datetime(2027, 3, 1, 10, 30, tzinfo=UTC))
    for ada in (east, west):
        ada.complete()
    assert (east.days(), west.days()) == (["2027-03-02"], ["2027-02-28"])
    clock.set(datetime(2027, 3, 1, 11, 0, tzinfo=UTC))
    assert east.complete()["is_first_today"] is False
    assert west.complete()["is_first_today"] is True


@pytest.mark.parametrize(
    "texts",
    [
        ("2028-02-28 12:00", "2028-02-29 12:00", "2028-03-01 12:00"),
        ("2027-02-27 12:00", "2027-02-28 12:00", "2027-03-01 12:00"),
        ("2027-12-30 12:00", "2027-12-31 23:59:59.999999", "2028-01-01 00:00"),
    ],
    ids=["leap_day", "no_leap_day", "new_year"],
)
def test_days_follow_each_other_as_in_the_calendar(student, texts):
    assert student("Asia/Kathmandu").learns(*texts)["current_streak"] == 3


def test_a_leap_day_can_be_missed(student):
    assert student("UTC").learns("2028-02-28 12:00", "2028-03-01 12:00")["current_streak"] == 1
