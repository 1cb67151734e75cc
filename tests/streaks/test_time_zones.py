"""Learners who travel."""

from streaks.student import shown


def test_a_day_that_comes_again_counts_once(student):
    ada = student("Pacific/Kiritimati")
    ada.learns("2027-03-01 12:00", "2027-03-02 12:00")
    ada.moves_to("Pacific/Honolulu")
    assert shown(ada.sees("2027-03-01 13:00"))[:4] == (2, 2, 0, True)
    earned = ada.learns("2027-03-01 13:00", "2027-03-02 12:00")
    assert (earned["current_streak"], earned["is_first_today"]) == (2, False)
    assert ada.learns("2027-03-03 12:00")["current_streak"] == 3


def test_a_date_that_is_skipped_was_missed(student):
    ada = student("Pacific/Pago_Pago")
    ada.learns("2027-03-01 22:00")
    ada.moves_to("Pacific/Kiritimati")
    # An hour and a half later it is the day after the next.
    assert ada.streak("2027-03-03 00:30") == (0, 1, 0)
    assert ada.learns("2027-03-03 00:30")["current_streak"] == 1


def test_a_freeze_holds_for_a_date_that_is_skipped_and_comes_back_with_it(student):
    ada = student("Pacific/Pago_Pago")
    ada.learns_daily("2027-03-01", 7)
    ada.learns("2027-03-08 22:00")
    ada.moves_to("Pacific/Kiritimati")
    ada.learns("2027-03-10 00:30")
    assert ada.streak("2027-03-10 00:30") == (9, 9, 0)
    assert ada.days()[-2:] == ["(2027-03-09)", "2027-03-10"]
    ada.moves_to("Pacific/Pago_Pago")
    assert ada.learns("2027-03-09 12:00")["current_streak"] == 10
    assert ada.streak("2027-03-09 12:00") == (10, 10, 1)
    assert ada.days()[-2:] == ["2027-03-09", "2027-03-10"]


def test_a_freeze_that_comes_back_is_no_third_one(student):
    ada = student("Pacific/Pago_Pago")
    ada.learns_daily("2027-03-01", 20)
    ada.it_is("2027-03-20 22:00")
    ada.moves_to("Pacific/Kiritimati")
    # The 21st day is frozen, and the 22nd earns the freeze that it took.
    ada.learns("2027-03-22 00:30")
    assert ada.streak("2027-03-22 00:30") == (21, 21, 2)
    ada.moves_to("Pacific/Pago_Pago")
    ada.learns("2027-03-21 12:00")
    assert ada.streak("2027-03-21 12:00") == (22, 22, 2)


def test_an_earlier_day_that_becomes_active_joins_what_it_touches(student):
    ada = student("Pacific/Pago_Pago")
    ada.learns("2027-03-01 12:00", "2027-03-02 22:00")
    ada.moves_to("Pacific/Kiritimati")
    assert ada.learns("2027-03-04 00:30")["current_streak"] == 1
    ada.moves_to("Pacific/Pago_Pago")
    assert ada.learns("2027-03-03 12:00")["current_streak"] == 4
    assert ada.streak("2027-03-03 12:00") == (4, 4, 0)
