"""POST /api/v1/certificates/courses/<id>: once, for who has completed the course."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import builders
import pytest
from certificates.conftest import CERTIFICATES, PUBLIC_URL
from problems import assert_problem


def test_who_has_completed_a_course_gets_a_certificate(graduate, course, issue, jobs):
    learner = graduate(course)
    answer = issue(learner, course)
    assert answer.status_code == 201
    made = answer.json
    here = f"{CERTIFICATES}/{made['id']}"
    assert made == {
        "id": made["id"],
        "course_id": course.id,
        "course_title": "Zażółć gęślą jaźń",
        "learner_name": "Ada Lovelace",
        "signatory_name": "Grace Hopper",
        "language": "en",
        "completed_on": str(datetime.now(UTC).date()),
        "issued_at": made["issued_at"],
        "code": made["code"],
        "verify_url": f"{PUBLIC_URL}{CERTIFICATES}/verify/{made['code']}",
        "pdf_url": f"{here}/pdf",
        "credential_url": f"{here}/credential",
        "status": "rendering",
        "validity": "valid",
        "revoked_at": None,
        "revoked_reason": None,
        "replaced_at": None,
    }
    job = {"user_id": learner.id, "certificate_id": made["id"]}
    assert jobs() == [("render_certificate", "todo", job)]


def test_asking_again_gets_the_same_and_leaves_no_other_job(graduate, course, issue, jobs):
    learner = graduate(course)
    first, again = issue(learner, course), issue(learner, course)
    assert again.status_code == 200
    assert again.json == first.json
    assert len(jobs()) == 1


def test_a_code_has_128_random_bits(graduate, course, issue):
    codes = {issue(graduate(course), course).json["code"] for _ in range(3)}
    assert len(codes) == 3
    assert {len(base64.urlsafe_b64decode(f"{code}==")) for code in codes} == {16}


def test_who_has_not_completed_it_is_told_what_is_missing(conn, as_user, course):
    learner = builders.make_user(conn)
    builders.enroll(conn, learner, course)
    client = as_user(learner)
    first, second = course.lesson_ids
    conn.execute("update lessons set title = 'Joins' where id = %s", [second])
    finish = {"watched_seconds": 300, "last_position_seconds": 300, "completion_percentage": 100}
    client.post(f"/api/v1/progress/lessons/{first}", json=finish)
    answer = client.post(f"{CERTIFICATES}/courses/{course.id}")
    assert_problem(answer, "not_completed", f"lessons.{second}")
    assert answer.json["errors"][0]["message"] == "Not completed: Joins"


def test_of_many_missing_lessons_twenty_are_named(conn, as_user):
    course = builders.make_course(conn, lessons=25)
    learner = builders.make_user(conn)
    builders.enroll(conn, learner, course)
    answer = as_user(learner).post(f"{CERTIFICATES}/courses/{course.id}")
    named = [error["field"] for error in answer.json["errors"]]
    assert named == [f"lessons.{lesson_id}" for lesson_id in course.lesson_ids[:20]]


@pytest.mark.parametrize(("published", "problem"), [(True, "not_enrolled"), (False, "not_found")])
def test_who_is_not_enrolled_gets_none(conn, as_user, published, problem):
    course = builders.make_course(conn, published=published)
    answer = as_user(builders.make_user(conn)).post(f"{CERTIFICATES}/courses/{course.id}")
    assert_problem(answer, problem)


def test_an_unknown_course_is_not_found(as_user, conn):
    answer = as_user(builders.make_user(conn)).post(f"{CERTIFICATES}/courses/{10**15}")
    assert_problem(answer, "not_found")


def test_who_has_left_keeps_it(graduate, course, issue):
    learner = graduate(course)
    first = issue(learner, course).json
    learner.client.delete(f"/api/v1/courses/{course.id}/enroll")
    assert issue(learner, course).json == first


def test_a_lesson_that_comes_later_takes_it_from_nobody(graduate, course, issue, conn):
    learner = graduate(course)
    builders.make_lesson(conn, course)
    assert issue(learner, course).status_code == 201


def test_it_says_what_was_so_when_it_was_issued(graduate, course, issue, conn):
    learner = graduate(course)
    before = issue(learner, course).json
    conn.execute("update courses set title = 'Another' where id = %s", [course.id])
    conn.execute("update users set full_name = 'Somebody' where id = %s", [learner.id])
    assert issue(learner, course).json == before


@pytest.mark.parametrize(
    ("course_language", "locale", "expected"),
    [
        ("pl", "en", "pl"),
        ("en", "pl", "en"),
        ("de", "pl", "pl"),
        ("de", "en", "en"),
        ("de", "fr", "en"),
        ("de", "pl-PL", "pl"),
        ("en-GB", "pl", "en"),
        ("plt", "de", "en"),
    ],
)
def test_its_language_is_the_courses_or_the_learners(
    graduate, conn, issue, course_language, locale, expected
):
    course = builders.make_course(conn, lessons=1, language=course_language)
    made = issue(graduate(course, locale=locale), course).json
    assert made["language"] == expected
    assert made["signatory_name"] is None


def test_the_day_is_the_learners(graduate, conn, course, issue):
    learner = graduate(course, timezone="Pacific/Kiritimati")
    conn.execute(
        "update enrollments set completed_at = '2026-03-01T11:00Z', enrolled_at = '2026-01-01Z'"
        " where user_id = %s",
        [learner.id],
    )
    assert issue(learner, course).json["completed_on"] == "2026-03-02"


def test_twenty_devices_get_one(graduate, course, issue, as_user, conn, jobs):
    learner = graduate(course)
    path = f"{CERTIFICATES}/courses/{course.id}"
    clients = [as_user(learner) for _ in range(20)]
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda client: client.post(path), clients))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json["code"] for answer in answers}) == 1
    assert len(jobs()) == 1


def test_where_none_are_issued_that_is_said(make_app, conn, course):
    app = make_app(APP_ENV="production", PUBLIC_URL="")
    token = builders.access_token(app, conn, builders.make_user(conn))
    bearer = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().post(f"{CERTIFICATES}/courses/{course.id}", headers=bearer)
    assert_problem(answer, "certificates_not_configured")
