"""Where learners stop watching: in which twentieth of a lesson."""

import builders
import pytest
from watching import take, watch

NOBODY = [0] * 20


@pytest.mark.parametrize(
    ("position", "part"), [(0, 0), (14, 0), (15, 1), (150, 10), (284, 18), (285, 19), (300, 19)]
)
def test_a_stop_is_in_its_twentieth_of_the_lesson(counted, conn, course, position, part):
    watch(conn, take(conn, course), course.lesson_ids[0], position)
    stops = counted()["lessons"][0]["stops"]
    assert (stops[part], sum(stops)) == (1, 1)


def test_a_stop_behind_the_end_of_a_video_that_was_cut_is_at_the_end(counted, conn, course):
    watch(conn, take(conn, course), course.lesson_ids[0], 2**31 - 1)
    assert counted()["lessons"][0]["stops"][19] == 1


@pytest.mark.parametrize(("duration", "position", "part"), [(1, 0, 0), (1, 1, 19), (7, 3, 8)])
def test_a_lesson_may_have_fewer_seconds_than_parts(
    counted, conn, course, duration, position, part
):
    lesson_id = builders.make_lesson(conn, course, duration_seconds=duration)
    watch(conn, take(conn, course), lesson_id, position)
    assert counted()["lessons"][3]["stops"][part] == 1


def test_who_has_completed_the_lesson_does_not_stop(counted, conn, course):
    watch(conn, take(conn, course), course.lesson_ids[0], 40, completed=True)
    assert counted()["lessons"][0]["stops"] == NOBODY


def test_without_a_duration_there_are_no_stops(counted, conn, course):
    lesson_id = builders.make_lesson(conn, course, kind="text", duration_seconds=None)
    watch(conn, take(conn, course), lesson_id, 0)
    watch(conn, take(conn, course), lesson_id, 0, completed=True)
    lesson = counted()["lessons"][3]
    assert (lesson["duration_seconds"], lesson["stops"]) == (None, None)
    assert (lesson["began"], lesson["completed"]) == (2, 1)


def test_a_new_duration_counts_from_the_next_count_on(get, counted, conn, course):
    watch(conn, take(conn, course), course.lesson_ids[0], 290)
    counted()
    conn.execute("update lessons set duration_seconds = 3000 where id = %s", [course.lesson_ids[0]])
    lesson = get().json["lessons"][0]
    assert (lesson["duration_seconds"], lesson["stops"][19]) == (300, 1)
    lesson = counted()["lessons"][0]
    assert (lesson["duration_seconds"], lesson["stops"][1]) == (3000, 1)
    conn.execute("update lessons set duration_seconds = null where id = %s", [lesson["lesson_id"]])
    lesson = counted()["lessons"][0]
    assert (lesson["duration_seconds"], lesson["stops"]) == (None, None)
