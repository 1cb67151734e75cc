"""POST /api/v1/courses: instructors and admins make courses."""

import secrets
from functools import partial

import builders
import field_values
import pytest
from achievements.earning import at_once, crowded
from authors import API
from conftest import anonymous
from problems import assert_problem

COURSES = f"{API}/courses"
DEFAULTS = {
    "description": "",
    "language": "en",
    "completion_threshold": 95,
    "completion_points": 50,
}


@pytest.fixture
def slug_of(author):
    """The slug of a new course with this title."""

    def make(title):
        answer = author.post(COURSES, json={"title": title})
        assert answer.status_code == 201, answer.text
        return answer.json["slug"]

    return make


def test_a_new_course_is_its_makers_and_not_published(author, instructor, client):
    body = {
        "title": "Żółw i SQL",
        "slug": "turtle",
        "description": "# Cześć 🐢",
        "language": "pl",
        "completion_threshold": 80,
        "completion_points": 7,
    }
    answer = author.post(COURSES, json=body)
    assert answer.status_code == 201
    assert body.items() <= answer.json.items()
    assert answer.json["published_at"] is None
    assert answer.json["modules"] == []
    assert [one["id"] for one in answer.json["instructors"]] == [instructor.id]
    here = answer.headers["Location"]
    assert here == f"{COURSES}/{answer.json['id']}"
    again = author.get(here)
    assert (again.data, again.headers["ETag"]) == (answer.data, answer.headers["ETag"])
    assert_problem(client.get(here), "not_found")
    drafts = author.get(COURSES, query_string={"is_published": "false"}).json["items"]
    assert [draft["id"] for draft in drafts] == [answer.json["id"]]


def test_a_title_is_enough(author):
    answer = author.post(COURSES, json={"title": "Only a title"})
    assert (answer.json | DEFAULTS | {"slug": "only-a-title"}) == answer.json


def test_admins_make_courses_too_and_lead_them(as_user, conn):
    admin = builders.make_user(conn, "admin")
    made = as_user(admin).post(COURSES, json={"title": "Of an admin"}).json
    lead = "select user_id, is_lead from course_instructors where course_id = %s"
    assert conn.execute(lead, [made["id"]]).fetchall() == [(admin.id, True)]


@pytest.mark.parametrize("field", field_values.COURSE)
def test_every_field_takes_what_it_should(author, stored, field):
    for value in field_values.COURSE[field][0]:
        body = {"title": "A title", "slug": f"slug-{secrets.token_hex(6)}"}
        answer = author.post(COURSES, json=body | {field: value})
        assert (answer.status_code, answer.json.get(field)) == (201, value)
        assert stored("courses", answer.json["id"])[field] == value


@pytest.mark.parametrize("field", field_values.COURSE)
def test_every_field_refuses_what_it_should_by_name(author, conn, field):
    count = "select (select count(*) from courses), (select count(*) from audit_log)"
    before = conn.execute(count).fetchone()
    for value in field_values.COURSE[field][1]:
        answer = author.post(COURSES, json={"title": "A title"} | {field: value})
        assert_problem(answer, "invalid", field)
    assert conn.execute(count).fetchone() == before


@pytest.mark.parametrize("field", field_values.OF_COURSE)
def test_what_is_not_the_authors_to_choose_is_refused(author, field):
    body = {"title": "A title", field: field_values.OF_COURSE[field]}
    assert_problem(author.post(COURSES, json=body), "invalid", field)


def test_a_title_is_needed(author):
    assert_problem(author.post(COURSES, json={}), "invalid", "title")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("SQL dla ludzi", "sql-dla-ludzi"),
        ("Pchnąć w tę łódź jeża", "pchnac-w-te-lodz-jeza"),
        ("Co wybrac\u0301: A & B?", "co-wybrac-a-b"),
        ("  --Hello,   world!--  ", "hello-world"),
        ("学习 Redis", "redis"),
        ("Ünïcödé ß", "unicode"),
        ("2026", "2026-course"),
        ("7 / 24", "7-24-course"),
        ("\u0663\u0664 days", "days"),
        ("😀 emoji 😀", "emoji"),
        ("a" * 200, "a" * 100),
        ("bcd " * 50, ("bcd-" * 25)[:-1]),
        ("!" + "d" * 120, "d" * 99),
    ],
)
def test_without_a_slug_it_is_made_of_the_title(slug_of, title, slug):
    assert slug_of(title) == slug


def test_of_a_title_in_another_script_nothing_is_left(slug_of):
    assert [slug_of(title) for title in ("数据库", "Привет", "!!!")] == [
        "course",
        "course-2",
        "course-3",
    ]


@pytest.mark.parametrize(
    ("title", "slugs"),
    [
        ("The same", ["the-same", "the-same-2", "the-same-3"]),
        ("1984", ["1984-course", "1984-course-2", "1984-course-3"]),
        ("1 2 3", ["1-2-3-course", "1-2-3-course-2", "1-2-3-course-3"]),
        ("z" * 200, ["z" * 100, "z" * 100 + "-2", "z" * 100 + "-3"]),
    ],
)
def test_the_same_title_again_is_numbered(slug_of, title, slugs):
    assert [slug_of(title) for _ in slugs] == slugs


def test_the_first_number_that_is_free_is_taken(slug_of, conn):
    for taken in ("numbered-2", "numbered-4", "numbered-999999999", "numbered-x"):
        builders.make_course(conn, slug=taken)
    builders.make_course(conn, slug="numbered-5", published=False, archived_at="now")
    slugs = [slug_of("Numbered") for _ in range(4)]
    assert slugs == ["numbered", "numbered-3", "numbered-6", "numbered-7"]


def test_every_derived_slug_leads_to_its_course(author, slug_of):
    for title in ("404", "4-0-4", "4" * 200, "4 " * 100, "4"):
        assert author.get(f"{COURSES}/{slug_of(title)}").json["title"] == title


def test_a_slug_of_ones_own_that_is_taken_is_409(author, conn):
    count = "select (select count(*) from courses), (select count(*) from audit_log)"
    builders.make_course(conn, slug="taken")
    builders.make_course(conn, slug="taken-by-the-dead", published=False, archived_at="now")
    before = conn.execute(count).fetchone()
    for slug in ("taken", "taken-by-the-dead"):
        answer = author.post(COURSES, json={"title": "A title", "slug": slug})
        assert_problem(answer, "conflict")
        assert answer.json["detail"] == "Another course has this slug"
    assert conn.execute(count).fetchone() == before


@pytest.mark.parametrize(
    ("body", "statuses", "slugs"),
    [
        ({"title": "Crowd"}, [201] * 20, ["crowd", *(f"crowd-{n}" for n in range(2, 21))]),
        ({"title": "Crowd", "slug": "chosen"}, [201] + [409] * 19, ["chosen"]),
    ],
    ids=["derived", "chosen"],
)
def test_of_twenty_with_the_same_slug_at_once(make_app, conn, instructor, body, statuses, slugs):
    with crowded(make_app, conn) as app:
        clients = [anonymous(app) for _ in range(20)]
        for client in clients:
            client.set_cookie("access_token", builders.access_token(app, conn, instructor))
        answers = at_once(*(partial(client.post, COURSES, json=body) for client in clients))
    assert sorted(answer.status_code for answer in answers) == statuses
    made = {answer.json["slug"] for answer in answers if answer.status_code == 201}
    assert made == set(slugs)


def test_a_body_that_no_course_needs_is_413(author):
    answer = author.post(COURSES, data=b" " * 2_000_000, content_type="application/json")
    assert_problem(answer, "too_large")


def test_who_made_it_is_noted(author, instructor, audited):
    made = author.post(COURSES, json={"title": "Noted", "description": "Long"}).json
    details = {"slug": "noted", "title": "Noted"}
    assert audited("course", made["id"]) == [(instructor.id, "course_created", details)]
