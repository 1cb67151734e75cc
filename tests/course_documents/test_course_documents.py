"""A whole course out and in again: exactly the same, all of it or nothing."""

import json
import secrets
import time

import builders
import pytest
from problems import assert_problem

API = "/api/v1"
LESSON = {
    "title": "Dzień dobry 👋",
    "kind": "text",
    "body": "# Cześć\n\n* jeden\n* **dwa** \\\\ \u2028 <b>x</b>",
    "duration_seconds": None,
    "mux_playback_id": None,
    "is_preview": True,
    "points": 0,
    "is_published": True,
}
VIDEO = LESSON | {
    "title": "李",
    "kind": "video",
    "body": "",
    "duration_seconds": 61,
    "mux_playback_id": "abcDEF123",
    "is_preview": False,
}
DOCUMENT = {
    "format": "courseapp.course/1",
    "slug": "all-of-it",
    "title": "Żółw & żaba",
    "description": "Opis *kursu*",
    "language": "pl",
    "completion_threshold": 80,
    "completion_points": 7,
    "modules": [
        {"title": "Jeden", "lessons": [LESSON, VIDEO, VIDEO | {"is_published": False}]},
        {"title": "Empty", "lessons": []},
        {"title": "Jeden", "lessons": [LESSON]},
    ],
}


@pytest.fixture
def author(conn, as_user):
    """A client of a new instructor, `client.user`."""
    user = builders.make_user(conn, "instructor")
    client = as_user(user)
    client.user = user
    return client


@pytest.fixture
def document(request):
    """A copy of DOCUMENT with a slug of its own."""
    text = json.dumps(DOCUMENT).replace("abcDEF123", secrets.token_hex(8))
    return json.loads(text) | {"slug": f"all-of-{abs(hash(request.node.nodeid))}"}


@pytest.fixture
def counts(conn):
    """How many rows there are of what an import makes."""
    tables = ("courses", "modules", "lessons", "course_instructors", "audit_log")
    return lambda: [conn.execute(f"select count(*) from {t}").fetchone()[0] for t in tables]


def send(client, document, **more):
    return client.post(f"{API}/courses/import", json=document, **more)


def export(client, course_id):
    return client.get(f"{API}/courses/{course_id}/export")


def test_what_comes_out_is_what_went_in(author, document):
    course = send(author, document).json
    assert export(author, course["id"]).json == document


def test_what_comes_out_makes_the_same_again(author, document, conn):
    """Byte for byte, but for the slug, which only one course can have."""
    course = send(author, document).json
    first = export(author, course["id"])
    assert author.delete(f"{API}/courses/{course['id']}").status_code == 204
    again = author.post(
        f"{API}/courses/import", data=first.data, content_type="application/json"
    ).json
    assert again["id"] != course["id"]
    assert export(author, again["id"]).data == first.data


def test_it_is_a_course_of_the_caller_and_not_published(author, document, client, runner):
    answer = send(author, document)
    assert answer.headers["Location"] == f"{API}/courses/{answer.json['id']}"
    assert answer.json["published_at"] is None
    assert [one["id"] for one in answer.json["instructors"]] == [author.user.id]
    assert runner.invoke(args=["jobs", "work", "--once"]).exit_code == 0
    read = author.get(answer.headers["Location"]).json
    assert "<em>kursu</em>" in read["description_html"]
    assert client.get(f"{API}/courses/{document['slug']}").status_code == 404
    assert author.post(f"{answer.headers['Location']}/publish").status_code == 200
    lesson = answer.json["modules"][0]["lessons"][0]["id"]
    assert "<strong>dwa</strong>" in client.get(f"{API}/lessons/{lesson}").json["body_html"]


def test_archived_lessons_and_modules_are_left_out(author, document, conn):
    course = send(author, document).json
    conn.execute(
        "update lessons set archived_at = now(), published_at = null where id = %s",
        [course["modules"][0]["lessons"][1]["id"]],
    )
    conn.execute(
        "update modules set archived_at = now() where id = %s", [course["modules"][1]["id"]]
    )
    del document["modules"][0]["lessons"][1]
    del document["modules"][1]
    assert export(author, course["id"]).json == document


def test_what_is_not_said_is_as_for_something_new(author, document):
    short = {key: document[key] for key in ("format", "slug", "title")}
    short["modules"] = [{"title": "One", "lessons": [{"title": "Hello"}]}]
    course = send(author, short).json
    (lesson,) = export(author, course["id"]).json["modules"][0]["lessons"]
    assert lesson == {
        "title": "Hello",
        "kind": "video",
        "body": "",
        "duration_seconds": None,
        "mux_playback_id": None,
        "is_preview": False,
        "points": 10,
        "is_published": False,
    }


WRONG = {
    "format": lambda d: d.update(format="courseapp.course/2"),
    "slug": lambda d: d.update(slug="123"),
    "modules": lambda d: d.pop("modules"),
    "modules.1.title": lambda d: d["modules"][1].pop("title"),
    "modules.1.lessons": lambda d: d["modules"][1].pop("lessons"),
    "modules.0.lessons.2.title": lambda d: d["modules"][0]["lessons"][2].update(title=" "),
    "modules.2.lessons.0.kind": lambda d: d["modules"][2]["lessons"][0].update(kind="audio"),
    "modules.2.lessons.0.id": lambda d: d["modules"][2]["lessons"][0].update(id=7),
    "modules.0.lessons.0.body": lambda d: d["modules"][0]["lessons"][0].update(body="  "),
    "modules.0.lessons.1.mux_playback_id": lambda d: d["modules"][0]["lessons"][1].update(
        mux_playback_id=None
    ),
}


@pytest.mark.parametrize("place", WRONG)
def test_what_is_wrong_is_named_with_its_place_and_nothing_is_made(author, document, counts, place):
    WRONG[place](document)
    before = counts()
    assert_problem(send(author, document), "invalid", place)
    assert counts() == before


def test_a_slug_that_is_taken_is_a_conflict_and_nothing_is_made(author, document, counts):
    send(author, document)
    before = counts()
    answer = send(author, document)
    assert_problem(answer, "conflict")
    assert answer.json["detail"] == "Another course has this slug"
    assert counts() == before


def test_a_thousand_lessons_are_one_import(author, document):
    video = document["modules"][0]["lessons"][1]
    document["modules"] = [{"title": "Many", "lessons": [video] * 500}] * 2
    course = send(author, document)
    assert course.status_code == 201
    assert export(author, course.json["id"]).json == document


def test_more_than_two_megabytes_are_too_large(author, document, counts):
    long = [LESSON | {"body": "x" * 100_000}]
    document["modules"] = [{"title": "Long", "lessons": long * 21}]
    before = counts()
    assert_problem(send(author, document), "too_large")
    assert counts() == before
    document["modules"] = [{"title": "Long", "lessons": long * 20}]
    assert send(author, document).status_code == 201


@pytest.fixture
def run(runner, tmp_path, conn):
    """`flask courses import`; exit status and output."""

    def import_file(content, *options):
        file = tmp_path / "course.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        answer = runner.invoke(args=["courses", "import", str(file), *options])
        return answer.exit_code, answer.output

    return import_file


def test_the_command_makes_the_same(run, author, document, conn):
    status, output = run(document, "--instructor", author.user.email.upper())
    assert status == 0, output
    course_id = int(output.split()[1].rstrip(","))
    assert document["slug"] in output
    assert export(author, course_id).json == document
    entry = "select actor_id, action from audit_log where target_type = 'course' and target_id = %s"
    assert conn.execute(entry, [course_id]).fetchall() == [(None, "course_imported")]


def test_the_command_takes_standard_input_and_needs_no_instructor(runner, document, conn):
    answer = runner.invoke(args=["courses", "import", "-"], input=json.dumps(document))
    assert answer.exit_code == 0, answer.output
    led = (
        "select count(*) from course_instructors inner join courses on courses.id = course_id"
        " where slug = %s"
    )
    assert conn.execute(led, [document["slug"]]).fetchone() == (0,)


@pytest.mark.parametrize("place", WRONG)
def test_the_command_names_the_place_too(run, document, counts, place):
    WRONG[place](document)
    before = counts()
    status, output = run(document)
    assert status == 1
    assert f"{place}: " in output
    assert counts() == before


@pytest.mark.parametrize("content", ["{", "[]", "null", '{"title": NaN}', "\ufeff{}"])
def test_the_command_refuses_what_is_no_document(run, counts, content):
    before = counts()
    status, output = run(content)
    assert status == 1
    assert output.startswith("Error: ")
    assert counts() == before


def test_the_command_refuses_a_taken_slug_and_an_unknown_instructor(run, author, document, counts):
    send(author, document)
    before = counts()
    assert run(document) == (1, f"Error: slug: {document['slug']} is taken\n")
    status, output = run(document | {"slug": "free"}, "--instructor", "nobody@example.com")
    assert (status, output) == (1, "Error: no active instructor or admin has nobody@example.com\n")
    assert counts() == before


def test_the_video_of_a_course_that_others_teach_is_refused(author, document, conn, as_user):
    other = builders.make_course(conn, instructor=builders.make_user(conn, "instructor"))
    video = conn.execute(
        "select mux_playback_id from lessons where id = %s", [other.lesson_ids[0]]
    ).fetchone()[0]
    document["modules"][0]["lessons"][1]["mux_playback_id"] = video
    place = "modules.0.lessons.1.mux_playback_id"
    assert_problem(send(author, document), "invalid", place)
    module = builders.make_course(conn, instructor=author.user)
    lessons = f"{API}/modules/{module.module_id}/lessons"
    stolen = {"title": "Mine", "mux_playback_id": video}
    assert_problem(author.post(lessons, json=stolen), "invalid", "mux_playback_id")
    mine = f"{API}/lessons/{module.lesson_ids[0]}"
    assert_problem(author.patch(mine, json=stolen), "invalid", "mux_playback_id")
    assert send(as_user(builders.make_user(conn, "admin")), document).status_code == 201
    own = author.get(mine).json["mux_playback_id"]
    assert author.post(lessons, json=stolen | {"mux_playback_id": own}).status_code == 201


@pytest.mark.parametrize(
    ("modules", "field"),
    [
        ([{}] * 400_000, "modules"),
        ([{"title": "A", "lessons": [{}] * 400_000}], "modules.0.lessons"),
    ],
)
def test_more_than_a_course_may_have_is_refused_unread(author, document, modules, field):
    started = time.process_time()
    assert_problem(send(author, document | {"modules": modules}), "invalid", field)
    assert time.process_time() - started < 5


def test_of_very_much_that_is_wrong_the_first_is_named(author, document):
    document["modules"] = [{"title": "A", "lessons": [{}] * 1000}] * 200
    errors = send(author, document).json["errors"]
    assert len(errors) == 20 * 20
    assert errors[0]["field"] == "modules.0.lessons.0.title"
    document["modules"] = []
    wrong = document | {f"field_{n}": n for n in range(50_000)}
    assert len(send(author, wrong).json["errors"]) == 1000
