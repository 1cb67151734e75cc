"""GET /api/v1/courses/{id}/learners.csv: all of them, as they are, and nothing that calculates."""

from datetime import UTC, datetime, timedelta

import builders
import pytest
from learners_csv import parsed, path
from watching import crowd, take, watch

from courseapp.learners_file import COLUMNS, PAGE


def test_a_course_that_nobody_takes_has_a_file_of_its_headings(get_file):
    answer = get_file()
    assert answer.data.decode("utf-8-sig") == f"{','.join(COLUMNS)}\r\n"


def test_it_is_a_file_to_keep_with_the_name_of_the_course(get_file, course):
    answer = get_file()
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = f'attachment; filename="{course.slug}-learners.csv"'
    assert answer.headers["Content-Disposition"] == name
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"\xef\xbb\xbfuser_id,")
    assert "ETag" not in answer.headers


def test_a_learner_is_a_line_with_how_far_they_are(lines, conn, course):
    user = take(conn, course, seconds=90_000)
    first, second, third = course.lesson_ids
    watch(conn, user, first, 300, completed=True, days_ago=9)
    watch(conn, user, third, 300, completed=True, days_ago=3)
    watch(conn, user, second, 10, days_ago=5)
    (line,) = lines()
    now = datetime.now(UTC)
    times = {name: datetime.fromisoformat(line.pop(name)) for name in COLUMNS if name[-3:] == "_at"}
    assert line == {
        "user_id": str(user.id),
        "full_name": user.full_name,
        "email": user.email,
        "completed_lessons": "2",
        "total_lessons": "3",
        "percentage": "66",
    }
    assert times["completed_at"] - times["enrolled_at"] == timedelta(seconds=90_000)
    for name, days in (("enrolled_at", 40), ("last_active_at", 3)):
        assert abs(now - times[name] - timedelta(days=days)) < timedelta(minutes=1)
        assert times[name].utcoffset() == timedelta()


def test_who_has_not_begun_has_zeros_and_empty_cells(lines, conn, course):
    take(conn, course)
    (line,) = lines()
    assert (line["completed_lessons"], line["percentage"]) == ("0", "0")
    assert (line["completed_at"], line["last_active_at"]) == ("", "")


def test_lessons_that_are_not_published_do_not_count_but_their_reports_do(lines, conn, course):
    user = take(conn, course)
    watch(conn, user, course.lesson_ids[0], 300, completed=True, days_ago=9)
    watch(conn, user, course.lesson_ids[1], 300, completed=True)
    conn.execute("update lessons set published_at = null where id = %s", [course.lesson_ids[1]])
    (line,) = lines()
    assert (line["completed_lessons"], line["total_lessons"], line["percentage"]) == (
        "1",
        "2",
        "50",
    )
    assert datetime.now(UTC) - datetime.fromisoformat(line["last_active_at"]) < timedelta(days=1)


def test_a_course_without_lessons_is_no_division_by_zero(as_user, conn, instructor):
    empty = builders.make_course(conn, lessons=0, instructor=instructor)
    take(conn, empty)
    (line,) = parsed(as_user(instructor).get(path(empty)).data)
    assert (line["total_lessons"], line["percentage"]) == ("0", "0")


@pytest.mark.parametrize("size", [1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 3 * PAGE + 7])
def test_every_learner_is_in_it_once_in_the_order_of_enrolling(lines, conn, course, size):
    ids = crowd(conn, course, size)
    assert [int(line["user_id"]) for line in lines()] == ids


def test_learners_of_other_courses_and_those_who_have_left_are_not_in_it(
    lines, conn, course, as_user
):
    user = take(conn, course)
    take(conn, builders.make_course(conn))
    left = take(conn, course)
    as_user(left).delete(f"/api/v1/courses/{course.id}/enroll")
    assert [int(line["user_id"]) for line in lines()] == [user.id]


def test_the_deactivated_are_in_it_and_the_erased_are_not(lines, conn, course):
    deactivated, erased, active = (take(conn, course) for _ in range(3))
    conn.execute("update users set deactivated_at = now() where id = %s", [deactivated.id])
    conn.execute(
        "update users set deactivated_at = now(), deleted_at = now() where id = %s", [erased.id]
    )
    assert [int(line["user_id"]) for line in lines()] == [deactivated.id, active.id]


def test_pages_full_of_the_erased_do_not_end_it(lines, conn, course):
    ids = crowd(conn, course, 3 * PAGE)
    conn.execute(
        "update users set deactivated_at = now(), deleted_at = now() where id = any(%s)",
        [ids[10 : 2 * PAGE + 10]],
    )
    assert [int(line["user_id"]) for line in lines()] == ids[:10] + ids[2 * PAGE + 10 :]


def test_head_says_what_get_would(get_file, as_user, instructor, course):
    head = as_user(instructor).head(path(course))
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Disposition"] == get_file().headers["Content-Disposition"]
