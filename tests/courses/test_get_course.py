"""GET /api/v1/courses/<id or slug>: one course with its outline."""

import builders
import pytest
from problems import assert_problem

from courseapp.schemas.courses import CourseDetailSchema

CALLERS = ["anonymous", "learner", "enrolled", "other instructor", "instructor", "lead", "admin"]


@pytest.fixture
def call(client, as_user, conn, learner):
    """Ask for a course as one of CALLERS."""

    def call(caller, course):
        if caller == "anonymous":
            return client.get(f"/api/v1/courses/{course.id}")
        role = {"lead": "instructor"}.get(caller, caller.split()[-1])
        user = builders.make_user(conn, role if role in ("admin", "instructor") else "learner")
        if caller == "enrolled":
            builders.enroll(conn, user, course)
        if caller in ("instructor", "lead"):
            conn.execute(
                "insert into course_instructors (course_id, user_id, is_lead) values (%s, %s, %s)",
                [course.id, user.id, caller == "lead"],
            )
        return as_user(user).get(f"/api/v1/courses/{course.id}")

    return call


def outline(answer):
    """The titles of the modules, each with those of its lessons."""
    assert answer.status_code == 200, answer.text
    return [
        (module["title"], [lesson["title"] for lesson in module["lessons"]])
        for module in answer.json["modules"]
    ]


def test_it_is_the_whole_outline(client, conn):
    instructor = builders.make_user(conn, "instructor", full_name="Maria Skłodowska")
    course = builders.make_course(
        conn,
        lessons=1,
        instructor=instructor,
        title="Rad i polon",
        language="pl",
        published_at="2026-03-01",
        completion_threshold=80,
    )
    text = builders.make_lesson(
        conn, course, kind="text", duration_seconds=None, is_preview=True, points=5
    )
    answer = client.get(f"/api/v1/courses/{course.id}")
    assert answer.status_code == 200
    assert answer.json == {
        "id": course.id,
        "slug": course.slug,
        "title": "Rad i polon",
        "description": "",
        "description_html": "",
        "language": "pl",
        "completion_threshold": 80,
        "completion_points": 0,
        "lessons_count": 2,
        "duration_seconds": 300,
        "published_at": "2026-03-01T00:00:00+00:00",
        "instructors": [{"id": instructor.id, "full_name": "Maria Skłodowska", "is_lead": True}],
        "modules": [
            {
                "id": course.module_id,
                "title": "One",
                "position": 1,
                "lessons": [
                    {
                        "id": course.lesson_ids[0],
                        "title": "Lesson 1",
                        "position": 1,
                        "kind": "video",
                        "duration_seconds": 300,
                        "points": 10,
                        "is_preview": False,
                        "is_published": True,
                    },
                    {
                        "id": text,
                        "title": "Lesson 2",
                        "position": 2,
                        "kind": "text",
                        "duration_seconds": None,
                        "points": 5,
                        "is_preview": True,
                        "is_published": True,
                    },
                ],
            }
        ],
    }
    assert not CourseDetailSchema().validate(answer.json)


def test_the_slug_leads_to_the_same_document(client, conn):
    course = builders.make_course(conn)
    by_id = client.get(f"/api/v1/courses/{course.id}")
    by_slug = client.get(f"/api/v1/courses/{course.slug}")
    assert by_slug.status_code == 200
    assert by_slug.data == by_id.data


def test_a_slug_may_begin_with_digits(client, conn):
    course = builders.make_course(conn, slug="100-days-of-sql")
    assert client.get("/api/v1/courses/100-days-of-sql").json["id"] == course.id


def test_modules_and_lessons_stand_in_their_order(client, conn):
    course = builders.make_course(conn, lessons=0)
    for title, position in [("c", 30), ("a", 1), ("b", 2)]:
        builders.make_lesson(conn, course, title=title, position=position)
    builders.make_module(conn, course, title="Three", position=3)
    builders.make_lesson(conn, course, title="d")
    builders.make_module(conn, course, title="Two", position=2)
    answer = client.get(f"/api/v1/courses/{course.id}")
    assert outline(answer) == [("One", ["a", "b", "c"]), ("Two", []), ("Three", ["d"])]


def test_a_course_may_have_nothing_yet(client, conn):
    course = builders.make_course(conn, lessons=0)
    conn.execute("delete from modules where course_id = %s", [course.id])
    document = client.get(f"/api/v1/courses/{course.id}").json
    assert (document["modules"], document["instructors"]) == ([], [])
    assert (document["lessons_count"], document["duration_seconds"]) == (0, 0)


def test_the_lead_stands_before_the_other_instructors(client, conn):
    first, lead = (builders.make_user(conn, "instructor") for _ in range(2))
    course = builders.make_course(conn, instructor=lead)
    conn.execute(
        "insert into course_instructors (course_id, user_id) values (%s, %s)",
        [course.id, first.id],
    )
    instructors = client.get(f"/api/v1/courses/{course.id}").json["instructors"]
    assert [instructor["id"] for instructor in instructors] == [lead.id, first.id]


@pytest.mark.parametrize(
    "ref",
    [
        "0",
        "-1",
        "01",
        "1.0",
        "1e3",
        "+1",
        "%201",
        "1%0A",
        "%D9%A3",
        "999999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "9" * 4000,
        "no-such-course",
        "No-Such-Course",
        "no_such_course",
        "-a",
        "a-",
        "a--b",
        "a%00b",
        "a%2Fb",
        "%FF",
        "..",
        "%C5%82%C3%B3d%C5%BA",
        "null",
        "1%20or%201=1",
        "'--",
        "a" * 4000,
    ],
)
def test_what_names_no_course_is_404(client, conn, ref):
    builders.make_course(conn)
    assert_problem(client.get(f"/api/v1/courses/{ref}"), "not_found")


@pytest.mark.parametrize("caller", CALLERS)
def test_everyone_may_see_a_published_course(call, conn, caller):
    assert call(caller, builders.make_course(conn)).status_code == 200


@pytest.mark.parametrize("caller", ["anonymous", "learner", "other instructor"])
def test_an_unpublished_course_is_404(call, conn, caller):
    assert_problem(call(caller, builders.make_course(conn, published=False)), "not_found")


@pytest.mark.parametrize("caller", ["enrolled", "instructor", "lead", "admin"])
def test_but_not_for_those_in_it(call, conn, caller):
    answer = call(caller, builders.make_course(conn, published=False))
    assert answer.status_code == 200
    assert answer.json["published_at"] is None
    assert not CourseDetailSchema().validate(answer.json)


@pytest.mark.parametrize("caller", ["anonymous", "learner", "other instructor"])
def test_an_archived_course_is_404(call, conn, caller):
    course = builders.make_course(conn, published=False, archived_at="now")
    assert_problem(call(caller, course), "not_found")


def test_an_unpublished_course_is_404_by_its_slug_too(client, conn):
    course = builders.make_course(conn, published=False)
    assert_problem(client.get(f"/api/v1/courses/{course.slug}"), "not_found")


@pytest.mark.parametrize("caller", ["anonymous", "learner", "enrolled", "other instructor"])
def test_unpublished_lessons_are_hidden(call, conn, caller):
    course = builders.make_course(conn, lessons=1)
    builders.make_lesson(conn, course, published_at=None, is_preview=True)
    answer = call(caller, course)
    assert outline(answer) == [("One", ["Lesson 1"])]
    assert (answer.json["lessons_count"], answer.json["duration_seconds"]) == (1, 300)


@pytest.mark.parametrize("caller", ["instructor", "lead", "admin"])
def test_but_not_from_the_staff_of_the_course(call, conn, caller):
    course = builders.make_course(conn, lessons=1)
    builders.make_lesson(conn, course, published_at=None)
    answer = call(caller, course)
    assert outline(answer) == [("One", ["Lesson 1", "Lesson 2"])]
    lessons = answer.json["modules"][0]["lessons"]
    assert [lesson["is_published"] for lesson in lessons] == [True, False]
    assert (answer.json["lessons_count"], answer.json["duration_seconds"]) == (2, 600)


@pytest.mark.parametrize("caller", CALLERS)
def test_archived_lessons_are_gone(call, conn, caller):
    course = builders.make_course(conn, lessons=1)
    builders.make_lesson(conn, course, published_at=None, archived_at="now")
    answer = call(caller, course)
    assert outline(answer) == [("One", ["Lesson 1"])]
    assert answer.json["lessons_count"] == 1


def test_a_session_that_has_ended_counts_as_anonymous(as_user, conn):
    admin = builders.make_user(conn, "admin")
    public, draft = builders.make_course(conn), builders.make_course(conn, published=False)
    client = as_user(admin)
    assert client.get(f"/api/v1/courses/{draft.id}").status_code == 200
    conn.execute("update sessions set expires_at = now() where user_id = %s", [admin.id])
    assert_problem(client.get(f"/api/v1/courses/{draft.id}"), "not_found")
    answer = client.get(f"/api/v1/courses/{public.id}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("public")


def test_an_expired_token_counts_as_anonymous(app, client, conn, learner):
    course = builders.make_course(conn)
    token = app.extensions["tokens"].sign("access", learner.id, 1, -1)
    client.set_cookie("access_token", token)
    answer = client.get(f"/api/v1/courses/{course.id}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize(
    "header", ["Bearer broken", "Bearer ", "Bearer", "Basic dXNlcjpwYXNz", "Bearer a.b.c", "ż"]
)
def test_a_broken_token_counts_as_anonymous(client, conn, header):
    course = builders.make_course(conn)
    answer = client.get(f"/api/v1/courses/{course.id}", headers={"Authorization": header})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("public")
