"""GET progress/courses/{id}: how far the caller is in one course, and what remains."""

import builders
import pytest
from problems import assert_problem


def get(client, course_id):
    return client.get(f"/api/v1/progress/courses/{course_id}")


def unpublish(conn, lesson_id):
    conn.execute("update lessons set published_at = null where id = %s", [lesson_id])


def test_before_the_first_update_everything_remains(watch):
    w = watch(lessons=2)
    answer = get(w.client, w.course.id)
    assert answer.status_code == 200
    first, second = w.course.lesson_ids
    untouched = {
        "duration_seconds": 300,
        "last_position_seconds": 0,
        "completion_percentage": 0,
        "is_completed": False,
    }
    assert answer.json == {
        "course_id": w.course.id,
        "total_lessons": 2,
        "completed_lessons": 0,
        "remaining_lessons": 2,
        "remaining_seconds": 600,
        "next_lesson_id": first,
        "percentage": 0,
        "is_completed": False,
        "completed_at": None,
        "lessons": [
            {"lesson_id": first, "title": "Lesson 1"} | untouched,
            {"lesson_id": second, "title": "Lesson 2"} | untouched,
        ],
    }


def test_it_says_what_was_done_and_what_remains(watch):
    w = watch(lessons=3)
    first, second, third = w.course.lesson_ids
    w.finish(second)
    w.report(100, 90, 33, lesson_id=first)
    state = w.course_progress()
    assert (state["total_lessons"], state["completed_lessons"], state["percentage"]) == (3, 1, 33)
    assert (state["remaining_lessons"], state["remaining_seconds"]) == (2, 200 + 300)
    assert state["next_lesson_id"] == first
    assert [lesson["is_completed"] for lesson in state["lessons"]] == [False, True, False]
    assert [lesson["last_position_seconds"] for lesson in state["lessons"]] == [90, 300, 0]
    assert [lesson["completion_percentage"] for lesson in state["lessons"]] == [33, 100, 0]
    w.finish(first)
    assert w.course_progress()["next_lesson_id"] == third


def test_a_completed_lesson_leaves_no_seconds_even_if_they_were_not_watched(watch):
    w = watch(lessons=1)
    w.report(10, percentage=95)
    assert w.course_progress()["remaining_seconds"] == 0


def test_a_hundred_percent_is_only_when_everything_is_done(watch):
    w = watch(lessons=3)
    percentages = []
    for lesson_id in w.course.lesson_ids:
        w.finish(lesson_id)
        percentages.append(w.course_progress()["percentage"])
    assert percentages == [33, 66, 100]
    state = w.course_progress()
    assert state["is_completed"]
    assert state["completed_at"]
    assert (state["remaining_lessons"], state["remaining_seconds"]) == (0, 0)
    assert state["next_lesson_id"] is None


def test_percentages_are_rounded_down(watch):
    w = watch(lessons=201)
    w.finish()
    assert w.course_progress()["percentage"] == 0


def test_lessons_are_in_the_order_of_modules_and_positions(watch, conn):
    w = watch(lessons=2)
    second, module_id = conn.execute(
        "with first as (update modules set position = 2 where course_id = %s returning course_id)"
        " insert into modules (course_id, title, position) select course_id, 'Zero', 1 from first"
        " returning course_id, id",
        [w.course.id],
    ).fetchone()
    assert second == w.course.id
    late = builders.make_lesson(conn, w.course, module_id=module_id, position=2)
    early = builders.make_lesson(conn, w.course, module_id=module_id, position=1)
    state = w.course_progress()
    assert [lesson["lesson_id"] for lesson in state["lessons"]] == [
        early,
        late,
        *w.course.lesson_ids[:2],
    ]
    assert state["next_lesson_id"] == early


def test_only_lessons_that_are_published_now_count(watch, conn):
    w = watch(lessons=3)
    first, second, third = w.course.lesson_ids
    w.finish(first)
    w.finish(second)
    unpublish(conn, second)
    state = w.course_progress()
    assert (state["total_lessons"], state["completed_lessons"], state["percentage"]) == (2, 1, 50)
    assert [lesson["lesson_id"] for lesson in state["lessons"]] == [first, third]
    unpublish(conn, third)
    assert w.course_progress()["percentage"] == 100


def test_a_lesson_that_is_added_lowers_the_percentage_but_the_completion_stays(watch, conn):
    w = watch(lessons=1)
    w.finish()
    completed_at = w.course_progress()["completed_at"]
    added = builders.make_lesson(conn, w.course)
    state = w.course_progress()
    assert (state["percentage"], state["next_lesson_id"]) == (50, added)
    assert state["is_completed"]
    assert state["completed_at"] == completed_at


def test_nothing_negative_remains_of_a_video_that_was_cut(watch, conn):
    w = watch(lessons=2)
    w.report(250, percentage=50)
    conn.execute("update lessons set duration_seconds = 100 where id = %s", [w.lesson_id])
    assert w.course_progress()["remaining_seconds"] == 0 + 300


def test_lessons_of_unknown_length_count_without_seconds(watch, conn):
    w = watch(lessons=1)
    unknown = builders.make_lesson(conn, w.course, duration_seconds=None)
    w.report(100, lesson_id=unknown)
    state = w.course_progress()
    assert (state["total_lessons"], state["remaining_seconds"]) == (2, 300)
    assert state["lessons"][1]["duration_seconds"] is None


def test_a_course_without_lessons_is_at_zero_percent(watch):
    state = watch(lessons=0).course_progress()
    assert (state["total_lessons"], state["percentage"], state["remaining_seconds"]) == (0, 0, 0)
    assert (state["next_lesson_id"], state["lessons"]) == (None, [])
    assert not state["is_completed"]


def test_a_course_whose_lessons_were_all_unpublished_is_at_zero_percent(watch, conn):
    w = watch(lessons=1)
    w.report()
    unpublish(conn, w.lesson_id)
    state = w.course_progress()
    assert (state["total_lessons"], state["percentage"], state["is_completed"]) == (0, 0, False)


def test_titles_are_passed_on_as_they_are(watch):
    title = 'Ćwiczenie „1” \\ "2" <b> % :x 🎬'
    w = watch(lessons=1, lesson={"title": title})
    assert w.course_progress()["lessons"][0]["title"] == title


def test_the_progress_is_the_callers_own(watch):
    w = watch()
    w.finish()
    other = watch(course=w.course)
    assert other.course_progress()["completed_lessons"] == 0


def test_it_is_private_and_revalidated(watch):
    w = watch()
    answer = get(w.client, w.course.id)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    etag = {"If-None-Match": answer.headers["ETag"]}
    path = f"/api/v1/progress/courses/{w.course.id}"
    unchanged = w.client.get(path, headers=etag)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    w.report()
    assert w.client.get(path, headers=etag).status_code == 200


def test_without_a_live_session_it_is_401(watch, client, conn):
    w = watch()
    assert_problem(get(client, w.course.id), "unauthenticated")
    conn.execute("update sessions set expires_at = now() where user_id = %s", [w.user.id])
    assert_problem(get(w.client, w.course.id), "unauthenticated")


def test_who_is_not_enrolled_gets_403(conn, as_user, learner):
    course = builders.make_course(conn)
    assert_problem(get(as_user(learner), course.id), "not_enrolled")


@pytest.mark.parametrize("role", ["instructor", "admin"])
def test_staff_who_are_not_enrolled_get_403(conn, as_user, role):
    staff = builders.make_user(conn, role=role)
    course = builders.make_course(conn, instructor=staff)
    assert_problem(get(as_user(staff), course.id), "not_enrolled")


def test_after_leaving_it_is_403(watch):
    w = watch()
    w.client.delete(f"/api/v1/courses/{w.course.id}/enroll")
    assert_problem(get(w.client, w.course.id), "not_enrolled")


def test_returning_after_everything_was_done_the_course_is_completed(watch):
    w = watch(lessons=2)
    for lesson_id in w.course.lesson_ids:
        w.finish(lesson_id)
    before = w.course_progress()
    w.client.delete(f"/api/v1/courses/{w.course.id}/enroll")
    w.client.post(f"/api/v1/courses/{w.course.id}/enroll")
    after = w.course_progress()
    assert after["is_completed"]
    assert after["lessons"] == before["lessons"]


@pytest.mark.parametrize("course_id", ["999999999", str(2**63 - 1), str(2**63), "0", "-1", "x"])
def test_an_unknown_course_is_404(watch, course_id):
    assert_problem(get(watch().client, course_id), "not_found")


def test_an_unpublished_course_is_404_unless_enrolled(watch, as_user, learner, conn):
    w = watch()
    conn.execute("update courses set published_at = null where id = %s", [w.course.id])
    assert_problem(get(as_user(learner), w.course.id), "not_found")
    assert get(w.client, w.course.id).status_code == 200
