"""DELETE /api/v1/courses/<id or slug>: gone if nobody ever took it, else kept for those who did."""

import builders
import pytest
from achievements.earning import FINISH
from authors import API
from problems import assert_problem

# What makes a course one that somebody took.
TRACES = {
    "an enrollment": "insert into enrollments (user_id, course_id) values (%(user)s, %(course)s)",
    "an enrollment that was left": "insert into past_enrollments (user_id, course_id, enrolled_at)"
    " values (%(user)s, %(course)s, now())",
    "progress": "insert into lesson_progress (user_id, lesson_id) values (%(user)s, %(lesson)s)",
}


@pytest.fixture
def rows(conn):
    """How much is left of a course: (courses, modules, lessons, instructors)."""
    return lambda course: conn.execute(
        "select (select count(*) from courses where id = %(id)s),"
        " (select count(*) from modules where course_id = %(id)s),"
        " (select count(*) from lessons where id = any(%(lessons)s)),"
        " (select count(*) from course_instructors where course_id = %(id)s)",
        {"id": course.id, "lessons": course.lesson_ids},
    ).fetchone()


def test_what_nobody_took_is_deleted_with_all_that_is_in_it(author, taught, conn, rows):
    course = taught(lessons=2)
    builders.make_lesson(conn, course, published_at=None, archived_at="now")
    builders.make_module(conn, course, archived_at="now")
    other = taught()
    before = rows(other)
    answer = author.delete(f"{API}/courses/{course.id}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert rows(course) == (0, 0, 0, 0)
    assert rows(other) == before
    assert_problem(author.delete(f"{API}/courses/{course.id}"), "not_found")


def test_the_slug_is_an_address_too_and_free_afterwards(author, taught):
    course = taught()
    assert author.delete(f"{API}/courses/{course.slug}").status_code == 204
    again = author.post(f"{API}/courses", json={"title": "Again", "slug": course.slug})
    assert again.status_code == 201


def test_a_published_one_leaves_the_list_at_once(author, client, taught):
    course = taught(published_at="now")
    items = client.get(f"{API}/courses").json["items"]
    assert course.id in [item["id"] for item in items]
    author.delete(f"{API}/courses/{course.id}")
    items = client.get(f"{API}/courses").json["items"]
    assert course.id not in [item["id"] for item in items]


@pytest.mark.parametrize("trace", TRACES)
def test_what_somebody_took_is_archived(author, taught, conn, learner, rows, stored, trace):
    course = taught(published_at="now")
    ids = {"user": learner.id, "course": course.id, "lesson": course.lesson_ids[0]}
    conn.execute(TRACES[trace], ids)
    before = rows(course)
    assert author.delete(f"{API}/courses/{course.id}").status_code == 204
    assert rows(course) == before
    row = stored("courses", course.id)
    assert (row["published_at"], row["archived_at"] is None) == (None, False)
    assert stored("lessons", course.lesson_ids[0])["published_at"] is not None


@pytest.fixture
def archived(author, taught, conn, learner, as_user):
    """An archived course with the learner in it, who is half way."""
    course = taught(lessons=2, published_at="now")
    builders.enroll(conn, learner, course)
    finish(as_user(learner), course.lesson_ids[0])
    assert author.delete(f"{API}/courses/{course.id}").status_code == 204
    return course


def finish(client, lesson_id):
    answer = client.post(f"{API}/progress/lessons/{lesson_id}", json=FINISH)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_who_is_in_it_reads_it_and_finishes(as_user, learner, archived):
    client = as_user(learner)
    course = client.get(f"{API}/courses/{archived.id}").json
    assert (course["id"], course["published_at"]) == (archived.id, None)
    lesson = client.get(f"{API}/lessons/{archived.lesson_ids[1]}").json
    assert lesson["playback"] is not None
    assert client.get(f"{API}/modules/{archived.module_id}").status_code == 200
    assert finish(client, archived.lesson_ids[1])["earned"]["points"] > 0
    progress = client.get(f"{API}/progress/courses/{archived.id}").json
    assert progress["is_completed"]
    mine = client.get(f"{API}/enrollments/me").json["items"]
    assert archived.id in [item["course"]["id"] for item in mine]


def test_nobody_else_finds_it_nor_its_authors(author, as_user, client, conn, archived):
    admin = as_user(builders.make_user(conn, "admin"))
    lesson = f"{API}/lessons/{archived.lesson_ids[1]}"
    for caller in (author, admin, client, as_user(builders.make_user(conn))):
        assert_problem(caller.get(f"{API}/courses/{archived.id}"), "not_found")
        assert_problem(caller.get(f"{API}/modules/{archived.module_id}"), "not_found")
        assert_problem(caller.get(lesson), "not_found")
    for staff in (author, admin):
        here = f"{API}/courses/{archived.id}"
        answers = [
            staff.get(f"{here}/export"),
            staff.post(f"{here}/publish"),
            staff.delete(here),
            staff.post(f"{here}/modules", json={"title": "More"}),
            staff.post(f"{API}/modules/{archived.module_id}/lessons", json={"title": "More"}),
            staff.patch(f"{API}/modules/{archived.module_id}", json={"title": "New"}),
            staff.patch(lesson, json={"title": "New"}),
            staff.post(f"{lesson}/unpublish"),
            staff.delete(lesson),
        ]
        for answer in answers:
            assert_problem(answer, "not_found")
        for query in ("is_published=false", "is_published=true", "q=course"):
            items = staff.get(f"{API}/courses?limit=100&{query}").json["items"]
            assert archived.id not in [item["id"] for item in items]


def test_who_leaves_it_does_not_come_back(as_user, learner, archived):
    client = as_user(learner)
    assert client.delete(f"{API}/courses/{archived.id}/enroll").status_code == 204
    assert_problem(client.post(f"{API}/courses/{archived.id}/enroll"), "not_found")


@pytest.mark.parametrize("slug", ["a" * 120, "b" * 79 + "-" + "b" * 40, "1-a"])
def test_however_long_its_slug_is_it_can_be_archived(author, taught, conn, learner, stored, slug):
    course = taught(slug=slug)
    builders.enroll(conn, learner, course)
    assert author.delete(f"{API}/courses/{slug}").status_code == 204
    new = stored("courses", course.id)["slug"]
    assert new.startswith(f"{slug[:80].rstrip('-')}-archived-{course.id}-")


def test_nobody_can_keep_it_from_being_archived_by_taking_its_slug(author, taught, conn, learner):
    course = taught()
    builders.enroll(conn, learner, course)
    taught(slug=f"{course.slug}-archived-{course.id}")
    assert author.delete(f"{API}/courses/{course.id}").status_code == 204


def test_its_slug_is_free_again(author, archived):
    answer = author.post(f"{API}/courses", json={"title": "New", "slug": archived.slug})
    assert answer.status_code == 201


def test_who_did_it_is_noted(author, instructor, taught, archived, audited):
    course = taught(title="Gone")
    author.delete(f"{API}/courses/{course.id}")
    author.delete(f"{API}/courses/{course.id}")
    assert audited("course", course.id) == [(instructor.id, "course_deleted", {"title": "Gone"})]
    ((_, action, _),) = audited("course", archived.id)
    assert action == "course_archived"


@pytest.mark.parametrize("ref", ["0", "01", "999999999", str(2**63), "no-such-course"])
def test_what_does_not_exist_is_404(author, ref):
    assert_problem(author.delete(f"{API}/courses/{ref}"), "not_found")


@pytest.mark.parametrize("trace", ["an enrollment", "progress"])
def test_who_is_coming_just_now_is_waited_for_and_keeps_it(
    author, taught, learner, held_up, stored, trace
):
    course = taught(published_at="now")
    ids = {"user": learner.id, "course": course.id, "lesson": course.lesson_ids[0]}
    waits_in = {
        "an enrollment": "courses.lock_course_against_learners",
        "progress": "lessons.lock_lessons_against_learners",
    }
    answer = held_up(
        lambda: author.delete(f"{API}/courses/{course.id}"),
        before=[TRACES[trace] % ids],
        waits_in=waits_in[trace],
    )
    assert answer.status_code == 204
    assert stored("courses", course.id)["archived_at"] is not None


def test_who_enrolls_while_it_is_being_deleted_finds_nothing(as_user, taught, learner, held_up):
    course = taught(lessons=0, published_at="now")
    client = as_user(learner)
    answer = held_up(
        lambda: client.post(f"{API}/courses/{course.id}/enroll"),
        before=[f"select from courses where id = {course.id} for update"],
        waits_in="enrollments.enroll_user",
        after=[
            f"delete from modules where course_id = {course.id}",
            f"delete from course_instructors where course_id = {course.id}",
            f"delete from courses where id = {course.id}",
        ],
    )
    assert_problem(answer, "not_found")
    assert client.get(f"{API}/enrollments/me").json["items"] == []
