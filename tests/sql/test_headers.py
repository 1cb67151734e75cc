"""The header of every file in sql/ keeps the contract of docs/sql.md and tells the truth."""

import aiosql
import pytest
from aiosql.adapters.pyformat import PyFormatAdapter
from aiosql.utils import SQLParseException

from courseapp.cache import KEYS
from courseapp.db import queries
from courseapp.sql_headers import FIELDS, FOLDER, HeaderError, read_header, read_headers

HEADERS = read_headers()
GOOD = """\
-- name: get_course(course_id, slug)$
-- purpose:  A course, by id or by slug, with all that there is to
--           say about it.
-- endpoint: GET /api/v1/courses/<ref>, flask seed demo
-- param:    course_id bigint, from the path, or null
-- param:    slug text, from the path, or null
-- returns:  json Course
-- index:    courses_pkey
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
-- Why it is so.
select json_build_object('id', id) from courses where id = :course_id or slug = :slug;
"""


@pytest.fixture
def header(tmp_path):
    """Read the header of a file with some text, such as GOOD."""

    def read(text, name="get_course"):
        path = tmp_path / "courses" / f"{name}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return read_header(path, tmp_path)

    return read


def test_every_file_is_one_query_and_every_query_a_file():
    loaded = [name for name in queries.available_queries if not name.endswith("_cursor")]
    assert sorted(loaded) == sorted(HEADERS)
    assert len(HEADERS) == len(list(FOLDER.rglob("*.sql")))


@pytest.mark.parametrize("name", HEADERS)
def test_a_file_holds_one_query_that_somebody_sends(name):
    # Another name line would be another query in the file, which the loader takes, too.
    assert "-- name:" not in HEADERS[name].body
    assert HEADERS[name].endpoints


@pytest.mark.parametrize("name", HEADERS)
def test_no_line_but_the_name_is_longer_than_100(name):
    lines = HEADERS[name].path.read_text("utf-8").splitlines()
    assert [line for line in lines[1:] if len(line) > 100] == []


def test_the_headers_name_the_keys_that_the_cache_declares():
    assert {name: header.cache for name, header in HEADERS.items() if header.cache} == {
        key.query: key.name for key in KEYS
    }
    dropping = {(name, key) for name, header in HEADERS.items() for key in header.drops}
    assert dropping == {(name, key.name) for key in KEYS for name in key.dropped_by}


def test_a_good_header_is_read_whole(header):
    good = header(GOOD)
    assert good.name == "courses.get_course"
    assert good.purpose.endswith("all that there is to say about it.")
    assert good.endpoints == ("GET /api/v1/courses/<ref>", "flask seed demo")
    assert {p.name: p.type for p in good.parameters} == {"course_id": "bigint", "slug": "text"}


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_field_is_caught(header, field):
    text = "".join(line for line in GOOD.splitlines(True) if not line.startswith(f"-- {field}:"))
    with pytest.raises(HeaderError):
        header(text)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("-- cache:    none\n-- drops:    none\n", "-- drops:    none\n-- cache:    none\n"),
        ("-- locks:    none\n", "-- locks:\n"),
        ("-- locks:    none\n", "-- locks:    none\n-- locks:    none\n"),
        ("-- locks:    none\n", "-- remark:   none\n"),
        ("(course_id, slug)$", "(slug, course_id)$"),
        ("(course_id, slug)$", "(course_id)$"),
        ("(course_id, slug)$", "(course_id, slug) $"),
        ("-- param:    slug text, from the path, or null\n", ""),
        ("slug text, from the path, or null", "slug, from the path"),
        ("slug text, from the path, or null", "slug text"),
        ("GET /api/v1/courses/<ref>", "the list of courses"),
        ("1 ms p95, warm", "fast"),
        ("one-user", "all users"),
        ("get_course(", "get_courses("),
    ],
)
def test_a_wrong_header_is_caught(header, right, wrong):
    assert right in GOOD
    with pytest.raises(HeaderError):
        header(GOOD.replace(right, wrong, 1))


@pytest.mark.parametrize("body", ["select :course_id;", "select :course_id, :slug, :role;"])
def test_a_parameter_too_many_or_too_few_is_refused_by_the_loader(body):
    text = GOOD[: GOOD.index("select")] + body
    with pytest.raises(SQLParseException, match="parameter"):
        aiosql.from_str(text, PyFormatAdapter)
