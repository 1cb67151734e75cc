"""One author's change of a course: a transaction that holds the course against other authors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Response, g
from psycopg import Connection

from courseapp.auth import viewer
from courseapp.cache import COURSES
from courseapp.cache_drops import Drops, dropping
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.preconditions import seen_versions
from courseapp.responses import json_response


def by_ref(ref: int | str) -> dict[str, int | str | None]:
    """A course's id or slug, as parameters of a statement."""
    is_id = isinstance(ref, int) or ref.isdigit()
    return {"course_id": int(ref) if is_id else None, "slug": None if is_id else ref}


class Change:
    """What an author is changing.

    :ivar conn: a connection inside the transaction
    :ivar actor_id: the author
    """

    def __init__(self, conn: Connection, drops: Drops):
        self.conn, self.actor_id, self._drops = conn, g.caller.user_id, drops

    def lock(self, query: Callable, **target: int | str | None) -> int:
        """Hold the course of a module or a lesson, and that; return the course's id.

        :param query: modules.lock_module or lessons.lock_lesson
        :param target: its id, as that query names it
        :raise Problem: `not_found`, `forbidden`, or `precondition_failed` for a stale `If-Match`
        """
        row = query(self.conn, versions=seen_versions(), **target, **viewer())
        if row is None:
            raise Problem("not_found")
        outcome, course_id, is_public = row
        refuse(outcome)
        if is_public:
            self.drop_list()
        return course_id

    def lock_course(self, ref: int | str) -> int:
        """As :meth:`lock`, by the course's id or slug."""
        return self.lock(queries.courses.lock_course, **by_ref(ref))

    def refuse_foreign_videos(self, places: dict[str, str | None]) -> None:
        """An author may name the videos of their own courses, and new ones.

        :param places: field of the request -> `mux_playback_id`, or None
        :raise Problem: `invalid`, with each place of a video of a course that others teach
        """
        named = {place: video for place, video in places.items() if video}
        foreign = named and queries.lessons.list_foreign_playback_ids(
            self.conn, mux_playback_ids=sorted(set(named.values())), **viewer()
        )
        errors = [
            {"location": "json", "field": place, "message": "This is another course's video."}
            for place, video in named.items()
            if video in foreign
        ]
        if errors:
            raise Problem("invalid", errors=errors)

    def answer_course(self, course_id: int, status: int = 200) -> Response:
        """The course as its author sees it now, with the ETag for the next change."""
        version, body = queries.courses.get_course(
            self.conn, course_id=course_id, slug=None, **viewer()
        )
        location = f"/api/v1/courses/{course_id}" if status == 201 else None
        return json_response(body, status, version=version, location=location)

    def drop_list(self) -> None:
        """The list of published courses is another now."""
        self._drops.record(self.conn, COURSES())


@contextmanager
def changing() -> Iterator[Change]:
    """Begin a change; committed at the end of the block, unless something is raised in it."""
    with dropping() as drops, connection() as conn, conn.transaction():
        yield Change(conn, drops)
