"""Streaks count days on which at least one lesson was completed."""

from streaks.student import local, shown


def test_who_has_completed_nothing_has_no_streak(student):
    assert shown(student("UTC").sees("2027-03-01 12:00")) == (0, 0, 0, False, None)


def test_the_first_lesson_makes_a_streak_of_one_day(student):
    ada = student("Europe/Warsaw")
    earned = ada.learns("2027-03-01 12:00")
    assert (earned["current_streak"], earned["is_first_today"]) == (1, True)
    ends_at = local("2027-03-03 00:00", "Europe/Warsaw")
    assert shown(ada.sees("2027-03-01 12:01")) == (1, 1, 0, True, ends_at)


def test_lessons_of_one_day_count_once(student):
    ada = student("Europe/Warsaw")
    ada.learns("2027-03-01 00:00")
    earned = ada.learns("2027-03-01 12:00", "2027-03-01 23:59:59.999999")
    assert (earned["current_streak"], earned["is_first_today"]) == (1, False)
    assert ada.days() == ["2027-03-01"]


def test_each_day_in_a_row_counts(student):
    ada = student("Europe/Warsaw")
    earned = ada.learns("2027-03-01 23:59:59.999999", "2027-03-02 00:00", "2027-03-03 23:00")
    assert (earned["current_streak"], earned["is_first_today"]) == (3, True)
    assert ada.streak("2027-03-03 23:30") == (3, 3, 0)


def test_a_streak_lives_until_the_midnight_after_a_day_without_a_lesson(student):
    ada = student("Europe/Warsaw")
    ada.learns("2027-03-01 12:00", "2027-03-02 12:00")
    ends_at = local("2027-03-04 00:00", "Europe/Warsaw")
    assert shown(ada.sees("2027-03-02 23:59:59.999999")) == (2, 2, 0, True, ends_at)
    assert shown(ada.sees("2027-03-03 00:00")) == (2, 2, 0, False, ends_at)
    assert shown(ada.sees("2027-03-03 23:59:59.999999")) == (2, 2, 0, False, ends_at)
    assert shown(ada.sees("2027-03-04 00:00")) == (0, 2, 0, False, None)


def test_after_a_missed_day_it_begins_anew_and_the_longest_stays(student):
    ada = student("Europe/Warsaw")
    ada.learns_daily("2027-03-01", 3)
    assert ada.learns("2027-03-05 12:00")["current_streak"] == 1
    assert ada.streak("2027-03-05 12:00") == (1, 3, 0)
    ada.learns_daily("2027-03-06", 3)
    assert ada.streak("2027-03-08 12:00") == (4, 4, 0)


def test_completing_a_lesson_again_makes_no_day(student, lessons):
    ada = student("UTC")
    assert ada.learns("2027-03-01 12:00")["current_streak"] == 1
    ada.it_is("2027-03-02 12:00")
    assert ada.complete(lessons.lesson_ids[0]) is None
    assert ada.days() == ["2027-03-01"]


def test_who_lost_their_streaks_row_gets_one(student, conn):
    ada = student("UTC")
    conn.execute("delete from user_streaks where user_id = %s", [ada.user.id])
    assert ada.learns("2027-03-01 12:00", "2027-03-02 12:00")["current_streak"] == 2
    assert ada.streak("2027-03-02 12:00") == (2, 2, 0)
