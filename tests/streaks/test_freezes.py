"""Freezes: earned by streaks, spent by themselves."""

from streaks.student import local, shown


def test_each_seven_days_in_a_row_earn_a_freeze(student):
    ada = student("Europe/Warsaw")
    ada.learns_daily("2027-03-01", 6)
    assert ada.streak("2027-03-06 13:00") == (6, 6, 0)
    ada.learns_daily("2027-03-07", 1)
    assert ada.streak("2027-03-07 13:00") == (7, 7, 1)
    ada.learns_daily("2027-03-08", 6)
    assert ada.streak("2027-03-13 13:00") == (13, 13, 1)
    ada.learns_daily("2027-03-14", 1)
    assert ada.streak("2027-03-14 13:00") == (14, 14, 2)


def test_nobody_holds_more_than_two_freezes(student):
    ada = student("Europe/Warsaw")
    ada.learns_daily("2027-03-01", 21)
    assert ada.streak("2027-03-21 13:00") == (21, 21, 2)


def test_a_freeze_holds_the_streak_for_a_missed_day_that_does_not_count(student):
    ada = student("Europe/Warsaw")
    ada.learns_daily("2027-03-01", 7)
    ends_at = local("2027-03-10 00:00", "Europe/Warsaw")
    assert shown(ada.sees("2027-03-08 23:59:59.999999")) == (7, 7, 1, False, ends_at)
    assert shown(ada.sees("2027-03-09 00:00")) == (7, 7, 0, False, ends_at)
    assert ada.learns("2027-03-09 12:00")["current_streak"] == 8
    assert ada.streak("2027-03-09 12:00") == (8, 8, 0)
    assert ada.days()[-3:] == ["2027-03-07", "(2027-03-08)", "2027-03-09"]


def test_reading_spends_no_freeze(student):
    ada = student("UTC")
    ada.learns_daily("2027-03-01", 7)
    assert ada.streak("2027-03-20 12:00") == (0, 7, 0)
    assert ada.streak("2027-03-08 12:00") == (7, 7, 1)


def test_two_freezes_hold_it_for_two_missed_days(student):
    ada = student("Europe/Warsaw")
    ada.learns_daily("2027-03-01", 14)
    assert ada.learns("2027-03-17 12:00")["current_streak"] == 15
    assert ada.streak("2027-03-17 12:00") == (15, 15, 0)
    assert ada.days()[-3:-1] == ["(2027-03-15)", "(2027-03-16)"]


def test_two_freezes_do_not_help_for_three_missed_days_and_are_gone(student):
    ada = student("Europe/Warsaw")
    ada.learns_daily("2027-03-01", 14)
    assert ada.streak("2027-03-17 23:59:59.999999") == (14, 14, 0)
    assert ada.streak("2027-03-18 00:00") == (0, 14, 0)
    assert ada.learns("2027-03-18 12:00")["current_streak"] == 1
    assert ada.streak("2027-03-18 12:00") == (1, 14, 0)
    assert ada.days()[-2:] == ["2027-03-14", "2027-03-18"]


def test_frozen_days_do_not_bring_the_next_freeze_closer(student):
    ada = student("Europe/Warsaw")
    ada.learns_daily("2027-03-01", 7)
    ada.learns_daily("2027-03-09", 6)
    assert ada.streak("2027-03-14 13:00") == (13, 13, 0)
    ada.learns_daily("2027-03-15", 1)
    assert ada.streak("2027-03-15 13:00") == (14, 14, 1)


def test_a_new_streak_earns_freezes_anew(student):
    ada = student("UTC")
    ada.learns_daily("2027-03-01", 8)
    ada.learns_daily("2027-03-12", 7)
    assert ada.streak("2027-03-18 13:00") == (7, 8, 1)
