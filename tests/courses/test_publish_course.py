"""POST /api/v1/courses/<id>/publish and …/unpublish."""

import builders
import pytest
from authors import API
from problems import assert_problem


def listed(client):
    """The ids of the public list, from the cache as everybody gets it."""
    return [item["id"] for item in client.get(f"{API}/courses").json["items"]]


@pytest.fixture
def course(taught):
    return taught(lessons=1)


@pytest.fixture
def path(course):
    return f"{API}/courses/{course.id}"


def test_it_is_the_newest_of_the_list_for_everybody(author, client, course, path, conn):
    builders.make_course(conn)
    assert course.id not in listed(client)
    answer = author.post(f"{path}/publish")
    assert answer.status_code == 200
    assert answer.json["published_at"] is not None
    assert listed(client)[0] == course.id
    assert client.get(path).json["published_at"] == answer.json["published_at"]
    drafts = author.get(f"{API}/courses?is_published=false").json["items"]
    assert course.id not in [draft["id"] for draft in drafts]


def test_publishing_again_changes_nothing(author, path, course, stored, audited):
    first = author.post(f"{path}/publish")
    before = stored("courses", course.id)
    again = author.post(f"{path}/publish")
    assert (again.status_code, again.data) == (200, first.data)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert stored("courses", course.id) == before
    assert len(audited("course", course.id)) == 1


@pytest.mark.parametrize(
    "lessons",
    [
        [],
        [{"published_at": None}],
        [{"published_at": None, "archived_at": "now"}],
    ],
    ids=["none", "unpublished", "archived"],
)
def test_without_a_published_lesson_it_cannot_be_published(
    author, taught, conn, stored, audited, lessons
):
    course = taught(lessons=0)
    for lesson in lessons:
        builders.make_lesson(conn, course, **lesson)
    before = stored("courses", course.id)
    assert_problem(author.post(f"{API}/courses/{course.id}/publish"), "not_publishable")
    assert stored("courses", course.id) == before
    assert audited("course", course.id) == []


def test_a_lesson_of_another_course_does_not_count(author, taught, conn):
    course = taught(lessons=0)
    builders.make_course(conn)
    assert_problem(author.post(f"{API}/courses/{course.id}/publish"), "not_publishable")


def test_unpublished_it_is_gone_but_for_those_in_it(author, client, as_user, conn, path, course):
    author.post(f"{path}/publish")
    learner = as_user(builders.make_user(conn))
    assert learner.post(f"{path}/enroll").status_code == 201
    answer = author.post(f"{path}/unpublish")
    assert (answer.status_code, answer.json["published_at"]) == (200, None)
    assert course.id not in listed(client)
    assert_problem(client.get(path), "not_found")
    assert learner.get(path).status_code == 200
    assert learner.get(f"{API}/lessons/{course.lesson_ids[0]}").status_code == 200
    assert_problem(as_user(builders.make_user(conn)).post(f"{path}/enroll"), "not_found")


def test_unpublishing_again_changes_nothing(author, path, course, stored, audited):
    before = stored("courses", course.id)
    assert author.post(f"{path}/unpublish").status_code == 200
    assert stored("courses", course.id) == before
    assert audited("course", course.id) == []


def test_published_once_more_it_is_the_newest_again(author, client, path, course, taught):
    author.post(f"{path}/publish")
    other = taught(lessons=1)
    author.post(f"{API}/courses/{other.id}/publish")
    assert listed(client)[:2] == [other.id, course.id]
    author.post(f"{path}/unpublish")
    author.post(f"{path}/publish")
    assert listed(client)[:2] == [course.id, other.id]


@pytest.mark.parametrize("what", ["publish", "unpublish"])
def test_what_does_not_exist_or_is_archived_is_404(author, taught, what):
    archived = taught(archived_at="now").id
    for ref in (archived, 0, "01", 999_999_999, 2**63, "a-slug"):
        assert_problem(author.post(f"{API}/courses/{ref}/{what}"), "not_found")


def test_who_did_it_is_noted(author, instructor, path, course, audited):
    author.post(f"{path}/publish")
    author.post(f"{path}/unpublish")
    assert audited("course", course.id) == [
        (instructor.id, "course_published", {}),
        (instructor.id, "course_unpublished", {}),
    ]
