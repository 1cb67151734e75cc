"""The stored HTML of descriptions and bodies, and making it anew where the rules have changed."""

from collections.abc import Callable, Iterator

from psycopg import Connection
from tqdm import tqdm

from courseapp.db import queries
from courseapp.markdown import VERSION, render, rendered

# At most 5 MB of text.
BATCH = 50


def with_html(values: dict, text: str) -> dict:
    """`values` with the HTML of one of them, if it is there, as columns of its table.

    :param text: `description` of a course or `body` of a lesson
    """
    if text not in values:
        return values
    html, version = rendered(values[text])
    return values | {f"{text}_html": html, "html_version": version}


def document_with_html(document: dict) -> dict:
    """A CourseImport with the HTML of all its texts."""
    return _with_columns(document, with_html)


def document_without_html(document: dict) -> dict:
    """A CourseImport whose texts :func:`render_stale` has to render."""
    return _with_columns(
        document, lambda values, text: values | {f"{text}_html": "", "html_version": 0}
    )


def _with_columns(document: dict, add: Callable[[dict, str], dict]) -> dict:
    modules = [
        module | {"lessons": [add(lesson, "body") for lesson in module["lessons"]]}
        for module in document["modules"]
    ]
    return add(document, "description") | {"modules": modules}


def render_stale(conn: Connection) -> tuple[int, int]:
    """Render what has no HTML yet or that of other rules; the numbers of courses and of lessons.

    One text after the other: a row is locked for its own update only. What somebody edits
    meanwhile stays as they left it.
    """
    due = queries.courses.count_stale_html(conn, html_version=VERSION)
    with tqdm(total=sum(due), unit=" texts", leave=False, disable=None) as bar:
        courses = sum(
            queries.courses.update_description_html(
                conn,
                course_id=course_id,
                description=description,
                description_html=render(description),
                html_version=VERSION,
            )
            for course_id, description in _stale(conn, queries.courses.list_stale_html, bar)
        )
        lessons = sum(
            queries.lessons.update_body_html(
                conn,
                lesson_id=lesson_id,
                body=body,
                body_html=render(body),
                html_version=VERSION,
            )
            for lesson_id, body in _stale(conn, queries.lessons.list_stale_html, bar)
        )
    return courses, lessons


def _stale(conn: Connection, list_stale: Callable, bar: tqdm) -> Iterator[tuple[int, str]]:
    """(id, text) of all that are due, read a batch at a time."""
    after_id = 0
    while rows := list(list_stale(conn, after_id=after_id, html_version=VERSION, limit=BATCH)):
        for row in rows:
            yield row
            bar.update()
        after_id = rows[-1][0]
