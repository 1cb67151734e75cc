"""GET, POST and PATCH of a course's modules."""

import builders
import field_values
import pytest
from authors import API
from problems import assert_problem

from courseapp.schemas.courses import ModuleDetailSchema


@pytest.fixture
def course(taught):
    return taught(lessons=2)


@pytest.fixture
def path(course):
    return f"{API}/modules/{course.module_id}"


def test_it_is_the_module_with_its_lessons(author, course, path):
    document = author.get(path).json
    assert not ModuleDetailSchema().validate(document)
    (in_course,) = author.get(f"{API}/courses/{course.id}").json["modules"]
    assert document == in_course | {"course_id": course.id}


def test_learners_see_what_is_published_in_it(client, author, taught, conn):
    course = taught(lessons=2, published_at="now")
    builders.make_lesson(conn, course, published_at=None)
    builders.make_lesson(conn, course, published_at=None, archived_at="now")
    path = f"{API}/modules/{course.module_id}"
    shown = {
        who: [lesson["id"] for lesson in caller.get(path).json["lessons"]]
        for who, caller in (("anonymous", client), ("author", author))
    }
    assert shown == {"anonymous": course.lesson_ids[:2], "author": course.lesson_ids[:3]}


@pytest.mark.parametrize("ref", ["0", "01", "-1", "999999999", str(2**63), "x"])
def test_what_does_not_exist_is_404(author, ref):
    path = f"{API}/modules/{ref}"
    for answer in (author.get(path), author.patch(path, json={}), author.delete(path)):
        assert_problem(answer, "not_found")


def test_what_has_not_changed_costs_a_304(author, client, taught):
    course = taught(published_at="now")
    path = f"{API}/modules/{course.module_id}"
    for caller, policy in ((client, "public"), (author, "private")):
        answer = caller.get(path)
        assert answer.headers["Cache-Control"].startswith(policy)
        headers = {"If-None-Match": answer.headers["ETag"]}
        assert caller.get(path, headers=headers).status_code == 304


def test_a_new_module_is_the_last_and_empty(author, course, conn, outline):
    builders.make_module(conn, course, position=7, archived_at="now")
    answer = author.post(f"{API}/courses/{course.id}/modules", json={"title": "Część druga"})
    assert answer.status_code == 201
    assert answer.json == {
        "id": answer.json["id"],
        "course_id": course.id,
        "title": "Część druga",
        "position": 8,
        "lessons": [],
    }
    assert answer.headers["Location"] == f"{API}/modules/{answer.json['id']}"
    again = author.get(answer.headers["Location"])
    assert (again.data, again.headers["ETag"]) == (answer.data, answer.headers["ETag"])
    assert [module_id for module_id, _ in outline(course)][-1] == answer.json["id"]


def test_a_title_takes_and_refuses_what_it_should(author, course, path, stored):
    good, bad = field_values.TITLE
    for title in good:
        new = author.post(f"{API}/courses/{course.id}/modules", json={"title": title})
        assert (new.status_code, new.json["title"]) == (201, title)
        changed = author.patch(path, json={"title": title})
        assert (changed.status_code, changed.json["title"]) == (200, title)
    before = stored("modules", course.module_id)
    for title in bad:
        new = author.post(f"{API}/courses/{course.id}/modules", json={"title": title})
        assert_problem(new, "invalid", "title")
        assert_problem(author.patch(path, json={"title": title}), "invalid", "title")
    assert stored("modules", course.module_id) == before


def test_a_title_is_needed_and_nothing_else_is_taken(author, course, path):
    modules = f"{API}/courses/{course.id}/modules"
    assert_problem(author.post(modules, json={}), "invalid", "title")
    for field in ("id", "course_id", "position", "lessons", "version", "archived_at"):
        assert_problem(author.post(modules, json={"title": "A", field: 1}), "invalid", field)
        assert_problem(author.patch(path, json={field: 1}), "invalid", field)


def test_the_title_changes_and_all_else_stays(author, course, path, stored):
    before = stored("modules", course.module_id)
    answer = author.patch(path, json={"title": "New"})
    assert (answer.status_code, answer.json["title"]) == (200, "New")
    after = stored("modules", course.module_id)
    assert after == before | {"title": "New", "version": 2, "updated_at": after["updated_at"]}


def test_nothing_sent_changes_nothing(author, course, path, stored, audited):
    before = stored("modules", course.module_id)
    assert author.patch(path, json={}).status_code == 200
    assert stored("modules", course.module_id) == before
    assert audited("module", course.module_id) == []


def test_a_course_takes_two_hundred_modules(author, course, conn):
    conn.execute(
        "insert into modules (course_id, title, position)"
        " select %s, 'Module', n from generate_series(2, 199) as n",
        [course.id],
    )
    builders.make_module(conn, course, archived_at="now")
    modules = f"{API}/courses/{course.id}/modules"
    assert author.post(modules, json={"title": "The last"}).status_code == 201
    answer = author.post(modules, json={"title": "One too many"})
    assert_problem(answer, "conflict")
    assert "200" in answer.json["detail"]


def test_in_an_archived_course_there_is_nothing_to_change(author, taught):
    course = taught(archived_at="now")
    path = f"{API}/modules/{course.module_id}"
    for answer in (
        author.get(path),
        author.patch(path, json={"title": "New"}),
        author.delete(path),
        author.post(f"{API}/courses/{course.id}/modules", json={"title": "New"}),
    ):
        assert_problem(answer, "not_found")


def test_who_did_it_is_noted(author, instructor, course, audited):
    made = author.post(f"{API}/courses/{course.id}/modules", json={"title": "Noted"}).json
    author.patch(f"{API}/modules/{made['id']}", json={"title": "Changed"})
    assert audited("module", made["id"]) == [
        (instructor.id, "module_created", {"course_id": course.id, "title": "Noted"}),
        (instructor.id, "module_updated", {"title": "Changed"}),
    ]
