"""The cached list of courses is never older than an author's acknowledged change."""

import builders
import pytest

from courseapp.cache import store
from courseapp.db import connection, queries

API = "/api/v1"


@pytest.fixture
def room(app, conn, as_user, client):
    """A published course of two lessons and its author; `room.shown()` is the cached list."""
    instructor = builders.make_user(conn, role="instructor")

    class Room:
        course = builders.make_course(conn, lessons=2, instructor=instructor)
        draft = builders.make_course(conn, lessons=1, instructor=instructor, published=False)
        author = as_user(instructor)

        def shown(self):
            """What everybody gets."""
            return client.get(f"{API}/courses").data

        def is_cached(self):
            with app.app_context():
                return bool(store().client.exists("courses:published"))

        def true(self):
            """What the database says."""
            page = {"before_micros": None, "before_id": None, "limit": 20}
            with app.app_context(), connection() as own:
                return queries.courses.list_published_courses(own, **page)

    return Room()


def lesson(room, n=0):
    return f"{API}/lessons/{room.course.lesson_ids[n]}"


CHANGES = {
    "title": lambda r: r.author.patch(f"{API}/courses/{r.course.id}", json={"title": "New"}),
    "publish": lambda r: r.author.post(f"{API}/courses/{r.draft.id}/publish"),
    "unpublish": lambda r: r.author.post(f"{API}/courses/{r.course.id}/unpublish"),
    "delete": lambda r: r.author.delete(f"{API}/courses/{r.course.id}"),
    "lesson's duration": lambda r: r.author.patch(lesson(r), json={"duration_seconds": 7}),
    "unpublish a lesson": lambda r: r.author.post(f"{lesson(r)}/unpublish"),
    "delete a lesson": lambda r: r.author.delete(lesson(r)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_by_the_next_reader(room, change):
    before = room.shown()
    assert room.is_cached()
    assert before == room.true()
    assert CHANGES[change](room).status_code < 300
    after = room.shown()
    assert after == room.true()
    assert after != before


def test_a_lesson_that_is_published_is_seen_by_the_next_reader(room):
    room.author.post(f"{lesson(room)}/unpublish")
    before = room.shown()
    assert room.author.post(f"{lesson(room)}/publish").status_code == 200
    assert room.shown() == room.true() != before


def test_a_module_that_is_deleted_is_seen_by_the_next_reader(room, conn):
    module = builders.make_module(conn, room.course)
    conn.execute(
        "update lessons set module_id = %s, position = 1 where id = %s",
        [module, room.course.lesson_ids[1]],
    )
    before = room.shown()
    assert room.author.delete(f"{API}/modules/{module}").status_code == 204
    assert room.shown() == room.true() != before


def test_publishing_again_drops_again(room):
    """The one who published first may have died before the drop."""
    path = f"{API}/courses/{room.course.id}/publish"
    room.shown()
    assert room.author.post(path).status_code == 200
    assert not room.is_cached()


def test_what_nobody_sees_in_the_list_leaves_it_alone(room):
    room.shown()
    room.author.patch(f"{API}/courses/{room.draft.id}", json={"title": "Still a draft"})
    room.author.post(f"{API}/courses", json={"title": "Another draft"})
    assert room.is_cached()
