"""`flask certificates issue`: a whole course at once."""

import builders
import pytest

from courseapp.cli import certificates


@pytest.fixture
def issue_all(runner):
    def run(ref, status=0):
        answer = runner.invoke(args=["certificates", "issue", "--course", str(ref)])
        assert answer.exit_code == status, answer.output
        return answer.output

    return run


def certificates_of(conn, course):
    return conn.execute(
        "select user_id, learner_name, course_title, completed_on, signatory_name, code"
        " from certificates where course_id = %s order by user_id",
        [course.id],
    ).fetchall()


def test_all_who_have_completed_it_and_have_none_get_one(
    issue_all, graduate, course, issue, conn, work, jobs, monkeypatch
):
    monkeypatch.setattr(certificates, "PAGE", 2)
    has_one, *others = [graduate(course, full_name=f"Learner {n}") for n in range(4)]
    first = issue(has_one, course).json
    builders.enroll(conn, builders.make_user(conn), course)
    said = issue_all(course.id)
    assert said == f"{course.title}: 3 certificates issued; the worker makes their files.\n"
    rows = certificates_of(conn, course)
    assert [row[0] for row in rows] == [has_one.id, *(one.id for one in others)]
    assert rows[0][5] == first["code"]
    assert len({row[5] for row in rows}) == 4
    for row, learner in zip(rows[1:], others, strict=True):
        assert row[1] == learner.full_name
        assert row[4] == "Grace Hopper"
        assert row[5:] != (None,)
    # Behind that of who waits for it.
    priorities = conn.execute("select priority from procrastinate_jobs order by id").fetchall()
    assert priorities == [(0,), (-1,), (-1,), (-1,)]
    work()
    for learner in others:
        made = learner.client.get("/api/v1/certificates/me").json["items"][0]
        assert made["status"] == "ready"
    assert jobs() == []


def test_again_it_issues_none(issue_all, graduate, course, conn):
    graduate(course)
    issue_all(course.slug)
    before = certificates_of(conn, course)
    assert issue_all(course.slug).startswith(f"{course.title}: 0 certificates issued")
    assert certificates_of(conn, course) == before


def test_who_has_had_one_revoked_gets_none(issue_all, graduate, course, issue, admin, conn):
    learner = graduate(course)
    made = issue(learner, course).json
    admin.post(f"/api/v1/certificates/{made['id']}/revoke", json={"reason": "No"})
    assert "0 certificates" in issue_all(course.id)


def test_an_unknown_course_is_said(issue_all):
    assert "there is no course nothing-like-it" in issue_all("nothing-like-it", status=1)
