"""GET /api/v1/courses/{id}/statistics: who takes a course, who completes it, who stops where."""

from datetime import UTC, datetime, timedelta

import builders
import pytest
from problems import assert_problem
from watching import take, watch

from courseapp.schemas.statistics import CourseStatisticsSchema

NUMBERS = (
    *("as_of", "enrolled", "active_7_days", "active_30_days"),
    *("completed", "completion_rate", "median_seconds_to_complete"),
)
NOBODY = [0] * 20


def test_before_the_first_count_every_number_is_null(get, conn, course):
    watch(conn, take(conn, course), course.lesson_ids[0])
    answer = get()
    assert answer.status_code == 200
    assert [answer.json[name] for name in NUMBERS] == [None] * 7
    assert [lesson["lesson_id"] for lesson in answer.json["lessons"]] == course.lesson_ids
    for lesson in answer.json["lessons"]:
        assert [lesson[name] for name in ("began", "completed", "stops")] == [None] * 3
    assert not CourseStatisticsSchema().validate(answer.json)


def test_a_course_that_nobody_takes_has_zeros_and_no_rate(counted):
    numbers = counted()
    assert [numbers[name] for name in NUMBERS[1:]] == [0, 0, 0, 0, None, None]
    for lesson in numbers["lessons"]:
        assert (lesson["began"], lesson["completed"], lesson["stops"]) == (0, 0, NOBODY)


def test_it_says_when_it_was_counted(counted):
    age = datetime.now(UTC) - datetime.fromisoformat(counted()["as_of"])
    assert abs(age) < timedelta(seconds=30)


def test_it_stays_as_it_was_until_it_is_counted_again(get, counted, conn, course):
    before = counted()
    take(conn, course)
    assert get().json == before
    assert counted()["enrolled"] == before["enrolled"] + 1


def test_all_numbers_of_a_course(counted, conn, course):
    first, second, third = course.lesson_ids
    for seconds in (100, 300):
        user = take(conn, course, seconds)
        for lesson_id in course.lesson_ids:
            watch(conn, user, lesson_id, 300, completed=True, days_ago=20)
    watching, gone = take(conn, course), take(conn, course)
    watch(conn, watching, first, 300, completed=True)
    watch(conn, watching, second, 150)
    watch(conn, gone, first, 10, days_ago=90)
    numbers = counted()
    assert not CourseStatisticsSchema().validate(numbers)
    assert numbers | {"as_of": "", "lessons": []} == {
        "course_id": course.id,
        "as_of": "",
        "enrolled": 4,
        "active_7_days": 1,
        "active_30_days": 3,
        "completed": 2,
        "completion_rate": 0.5,
        "median_seconds_to_complete": 200,
        "lessons": [],
    }
    stops = {first: {0: 1}, second: {10: 1}, third: {}}
    assert numbers["lessons"] == [
        {
            "lesson_id": lesson_id,
            "module_id": course.module_id,
            "title": f"Lesson {n}",
            "is_published": True,
            "began": began,
            "completed": completed,
            "duration_seconds": 300,
            "stops": [stops[lesson_id].get(part, 0) for part in range(20)],
        }
        for n, lesson_id, began, completed in (
            (1, first, 4, 3),
            (2, second, 3, 2),
            (3, third, 2, 2),
        )
    ]


def test_who_has_left_the_course_does_not_count(counted, conn, course, as_user):
    user = take(conn, course)
    watch(conn, user, course.lesson_ids[0])
    assert counted()["active_7_days"] == 1
    as_user(user).delete(f"/api/v1/courses/{course.id}/enroll")
    numbers = counted()
    assert (numbers["enrolled"], numbers["active_7_days"], numbers["active_30_days"]) == (0, 0, 0)
    assert (numbers["lessons"][0]["began"], numbers["lessons"][0]["stops"]) == (0, NOBODY)


def test_who_watches_without_being_enrolled_does_not_count(counted, conn, course):
    watch(conn, builders.make_user(conn), course.lesson_ids[0])
    assert counted()["lessons"][0]["began"] == 0


@pytest.mark.parametrize(
    ("days", "active"), [(0, (1, 1)), (6.99, (1, 1)), (7.01, (0, 1)), (29.99, (0, 1)), (31, (0, 0))]
)
def test_the_latest_report_of_any_lesson_says_whether_somebody_is_active(
    counted, conn, course, days, active
):
    user = take(conn, course)
    watch(conn, user, course.lesson_ids[0], days_ago=days + 20)
    watch(conn, user, course.lesson_ids[2], completed=True, days_ago=days)
    numbers = counted()
    assert (numbers["active_7_days"], numbers["active_30_days"]) == active


def test_other_courses_make_nobody_active(counted, conn, course):
    user, other = take(conn, course), builders.make_course(conn)
    builders.enroll(conn, user, other)
    watch(conn, user, other.lesson_ids[0])
    assert counted()["active_30_days"] == 0


@pytest.mark.parametrize(
    ("seconds", "median"), [([7], 7), ([1, 1000, 10], 10), ([1, 2], 2), ([10, 20, 30, 1000], 25)]
)
def test_the_median_is_that_of_those_who_have_completed_it(counted, conn, course, seconds, median):
    for each in [*seconds, None, None]:
        take(conn, course, each)
    assert counted()["median_seconds_to_complete"] == median


def test_who_comes_back_with_it_completed_has_no_time(counted, conn, course):
    take(conn, course, 500)
    for seconds in (-9000, 0):
        take(conn, course, seconds)
    numbers = counted()
    assert (numbers["completed"], numbers["completion_rate"]) == (3, 1)
    assert numbers["median_seconds_to_complete"] == 500


def test_lessons_are_in_the_order_of_the_course(counted, conn, course):
    module_id = builders.make_module(conn, course)
    last = builders.make_lesson(conn, course, position=2)
    hidden = builders.make_lesson(conn, course, position=1, published_at=None)
    conn.execute("update modules set position = 9 where id = %s", [module_id])
    lessons = counted()["lessons"]
    assert [lesson["lesson_id"] for lesson in lessons] == [*course.lesson_ids[:3], hidden, last]
    assert [lesson["is_published"] for lesson in lessons] == [True] * 3 + [False, True]


def test_an_archived_lesson_is_left_out_and_its_learners_are_active(counted, get, conn, course):
    archived = course.lesson_ids[1]
    watch(conn, take(conn, course), archived)
    conn.execute(
        "update lessons set published_at = null, archived_at = now() where id = %s", [archived]
    )
    numbers = counted()
    assert [lesson["lesson_id"] for lesson in numbers["lessons"]] == course.lesson_ids[::2]
    assert numbers["active_7_days"] == 1
    conn.execute("update lessons set archived_at = null where id = %s", [archived])
    assert get().json["lessons"][1]["began"] == 1


def test_a_lesson_made_since_the_count_has_no_numbers_yet(counted, get, conn, course):
    counted()
    builders.make_lesson(conn, course)
    lesson = get().json["lessons"][3]
    assert (lesson["began"], lesson["completed"], lesson["stops"]) == (None, None, None)
    assert counted()["lessons"][3]["began"] == 0


def test_a_course_without_lessons_has_numbers(as_user, conn, instructor, runner):
    empty = builders.make_course(conn, lessons=0, instructor=instructor, published=False)
    take(conn, empty)
    runner.invoke(args=["statistics", "refresh", "--course", str(empty.id)])
    numbers = as_user(instructor).get(f"/api/v1/courses/{empty.id}/statistics").json
    assert (numbers["enrolled"], numbers["completion_rate"], numbers["lessons"]) == (1, 0, [])


def test_the_browser_asks_each_time_and_nobody_else_keeps_it(get, counted):
    counted()
    answer = get()
    assert answer.headers["Cache-Control"] == "private, no-cache"
    headers = {"If-None-Match": answer.headers["ETag"]}
    assert get(headers=headers).status_code == 304
    counted()
    assert get(headers=headers).status_code == 200


def test_an_instructor_who_was_made_a_learner_sees_nothing_any_more(get, conn, instructor):
    conn.execute("update users set role = 'learner' where id = %s", [instructor.id])
    assert_problem(get(), "forbidden")


def test_of_an_unknown_course_there_are_none(as_user, conn):
    admin = as_user(builders.make_user(conn, role="admin"))
    assert_problem(admin.get("/api/v1/courses/999999999/statistics"), "not_found")
