"""POST and DELETE /api/v1/courses/<id>/instructors: who teaches a course."""

import builders
import pytest
from authors import API
from problems import assert_problem

from courseapp.schemas.courses import InstructorSchema


@pytest.fixture
def course(taught):
    return taught()


@pytest.fixture
def path(course):
    return f"{API}/courses/{course.id}/instructors"


@pytest.fixture
def colleague(conn):
    return builders.make_user(conn, "instructor", full_name="Grace Hopper")


@pytest.fixture
def teachers(conn):
    """Who teaches a course: (user, is_lead), by user."""
    return lambda course: conn.execute(
        "select user_id, is_lead from course_instructors where course_id = %s order by 1",
        [course.id],
    ).fetchall()


def test_another_instructor_may_do_from_now_on_what_the_first_may(
    author, as_user, course, path, colleague
):
    client = as_user(colleague)
    here = f"{API}/courses/{course.id}"
    assert_problem(client.patch(here, json={"title": "Mine"}), "not_found")
    answer = author.post(path, json={"email": colleague.email})
    assert (answer.status_code, answer.json) == (
        201,
        {"id": colleague.id, "full_name": "Grace Hopper", "is_lead": False},
    )
    assert not InstructorSchema().validate(answer.json)
    assert client.patch(here, json={"title": "Ours"}).status_code == 200
    drafts = client.get(f"{API}/courses?is_published=false").json["items"]
    assert [draft["id"] for draft in drafts] == [course.id]
    assert [one["id"] for one in author.get(here).json["instructors"]][1:] == [colleague.id]
    third = client.post(path, json={"email": "nobody@example.com"})
    assert_problem(third, "not_found")


def test_asking_again_changes_nothing(author, course, path, colleague, teachers, audited):
    author.post(path, json={"email": colleague.email})
    before = teachers(course)
    again = author.post(path, json={"email": colleague.email})
    assert (again.status_code, again.json["id"]) == (200, colleague.id)
    assert teachers(course) == before
    assert len(audited("course", course.id)) == 1


def test_the_lead_stays_the_lead_when_added_again(author, instructor, course, path, teachers):
    assert author.post(path, json={"email": instructor.email}).status_code == 200
    assert teachers(course) == [(instructor.id, True)]


def test_case_and_space_around_an_e_mail_do_not_matter(author, course, path, colleague, teachers):
    answer = author.post(path, json={"email": f" {colleague.email.upper()}\t"})
    assert answer.status_code == 201
    assert (colleague.id, False) in teachers(course)


def test_admins_may_teach_and_others_may_not(author, path, conn):
    admin = builders.make_user(conn, "admin")
    assert author.post(path, json={"email": admin.email}).status_code == 201
    gone = builders.make_user(conn, "instructor", deactivated_at="now")
    for user in (builders.make_user(conn), gone):
        answer = author.post(path, json={"email": user.email})
        assert_problem(answer, "not_found")
        # The same for those who have no account at all.
        nobody = author.post(path, json={"email": "nobody@example.com"})
        assert answer.json["detail"] == nobody.json["detail"]


@pytest.mark.parametrize("value", ["", " ", "x" * 255, None, 7, ["a@example.com"]])
def test_what_is_no_e_mail_is_refused(author, path, value):
    assert_problem(author.post(path, json={"email": value}), "invalid", "email")


def test_it_is_in_the_courses_etag_and_does_not_make_a_change_stale(
    author, course, path, colleague
):
    here = f"{API}/courses/{course.id}"
    before = author.get(here).headers["ETag"]
    author.post(path, json={"email": colleague.email})
    assert author.get(here).headers["ETag"] != before
    answer = author.patch(here, json={"title": "New"}, headers={"If-Match": before})
    assert answer.status_code == 200


@pytest.fixture
def second(conn, course, colleague):
    """The colleague, who teaches the course beside its lead."""
    conn.execute(
        "insert into course_instructors (course_id, user_id) values (%s, %s)",
        [course.id, colleague.id],
    )
    return colleague


def test_who_was_removed_may_do_nothing_any_more(author, as_user, course, path, second):
    client = as_user(second)
    here = f"{API}/courses/{course.id}"
    assert client.get(here).status_code == 200
    answer = author.delete(f"{path}/{second.id}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert_problem(client.get(here), "not_found")
    assert_problem(client.patch(here, json={"title": "Mine"}), "not_found")
    assert_problem(author.delete(f"{path}/{second.id}"), "not_found")


def test_whoever_teaches_may_leave(as_user, course, path, second, teachers, instructor):
    assert as_user(second).delete(f"{path}/{second.id}").status_code == 204
    assert teachers(course) == [(instructor.id, True)]


def test_the_lead_is_removed_by_admins_only(
    author, as_user, conn, course, path, instructor, second, teachers
):
    before = teachers(course)
    for client in (author, as_user(second)):
        assert_problem(client.delete(f"{path}/{instructor.id}"), "forbidden")
    assert teachers(course) == before
    admin = as_user(builders.make_user(conn, "admin"))
    assert admin.delete(f"{path}/{instructor.id}").status_code == 204
    assert teachers(course) == [(second.id, False)]
    assert as_user(second).patch(path.rpartition("/")[0], json={"title": "x"}).status_code == 200


@pytest.mark.parametrize("ref", ["0", "01", "999999999", str(2**63), "x"])
def test_who_does_not_teach_it_is_404(author, path, ref):
    assert_problem(author.delete(f"{path}/{ref}"), "not_found")


def test_a_learner_cannot_be_removed(author, path, conn, learner, course):
    builders.enroll(conn, learner, course)
    assert_problem(author.delete(f"{path}/{learner.id}"), "not_found")


def test_an_archived_course_is_404(author, taught, colleague, instructor):
    course = taught(archived_at="now")
    path = f"{API}/courses/{course.id}/instructors"
    assert_problem(author.post(path, json={"email": colleague.email}), "not_found")
    assert_problem(author.delete(f"{path}/{instructor.id}"), "not_found")


def test_who_did_it_is_noted_without_the_e_mail(
    author, instructor, course, path, colleague, audited
):
    author.post(path, json={"email": colleague.email})
    author.delete(f"{path}/{colleague.id}")
    author.delete(f"{path}/{instructor.id}")
    assert audited("course", course.id) == [
        (instructor.id, "instructor_added", {"user_id": colleague.id}),
        (instructor.id, "instructor_removed", {"user_id": colleague.id}),
    ]
