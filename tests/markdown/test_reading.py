"""Courses and lessons answer their HTML as it is stored; lists have none."""

import builders
import psycopg
import pytest

from courseapp.markdown import render
from courseapp.markdown_limits import longest

TEXT = "# Łódź\n\n**a** <b> `c`"


@pytest.fixture
def course(conn):
    """A published course with a preview, and HTML that no rules would make."""
    return builders.make_course(
        conn,
        lessons=1,
        description=TEXT,
        description_html='<p>as stored &amp; "as is" 漢</p>\n',
        lesson={"is_preview": True, "kind": "text", "body": TEXT, "body_html": render(TEXT)},
    )


def test_a_course_has_its_text_and_its_html(client, course):
    document = client.get(f"/api/v1/courses/{course.id}").json
    assert document["description"] == TEXT
    assert document["description_html"] == '<p>as stored &amp; "as is" 漢</p>\n'


def test_a_lesson_has_its_text_and_its_html(client, course):
    document = client.get(f"/api/v1/lessons/{course.lesson_ids[0]}").json
    assert document["body"] == TEXT
    assert document["body_html"] == render(TEXT)


@pytest.mark.parametrize("query", ["", "?limit=5", "?q=łódź", "?is_published=false"])
def test_a_list_has_no_html(as_user, conn, course, query):
    builders.make_course(conn, description=TEXT, description_html="<p>draft</p>", published=False)
    answer = as_user(builders.make_user(conn, "admin")).get(f"/api/v1/courses{query}")
    assert answer.json["items"][0]["description"] == TEXT
    assert "html" not in answer.text


def test_the_html_is_not_searched(client, conn):
    builders.make_course(conn, description="a", description_html="<blockquote>a</blockquote>")
    assert client.get("/api/v1/courses?q=blockquote").json["items"] == []


@pytest.mark.parametrize(
    ("table", "column", "size"),
    [("courses", "description_html", 20_000), ("lessons", "body_html", 100_000)],
)
def test_as_much_html_as_can_be_made_can_be_stored_and_no_more(conn, course, table, column, size):
    ids = {"courses": course.id, "lessons": course.lesson_ids[0]}
    query = f"update {table} set {column} = repeat('x', %s) where id = %s"
    conn.execute(query, [longest("x" * size), ids[table]])
    with pytest.raises(psycopg.errors.CheckViolation):
        conn.execute(query, [longest("x" * size) + 1, ids[table]])
