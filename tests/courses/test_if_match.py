"""ETag and If-Match: no author overwrites what they have not seen."""

from functools import partial
from types import SimpleNamespace

import builders
import pytest
from achievements.earning import at_once, crowded
from api_document import the_document
from authors import API
from conftest import anonymous
from problems import assert_problem

TITLE = {"title": "New"}


@pytest.fixture
def world(taught, conn):
    """A course that is not published, its paths, and a colleague to teach it."""
    course = taught(lessons=2)
    first = course.module_id
    spare = builders.make_module(conn, course)
    return SimpleNamespace(
        course=course,
        first=first,
        spare=spare,
        colleague=builders.make_user(conn, "instructor"),
        paths={
            "course": f"{API}/courses/{course.id}",
            "module": f"{API}/modules/{spare}",
            "lesson": f"{API}/lessons/{course.lesson_ids[0]}",
        },
        rows={
            "course": ("courses", course.id),
            "module": ("modules", spare),
            "lesson": ("lessons", course.lesson_ids[0]),
        },
    )


def writes(world):
    """Every write that looks at If-Match: whose, and (method, path, body)."""
    course, module, lesson = world.paths.values()
    first = {"id": world.first, "lessons": world.course.lesson_ids}
    order = {"modules": [{"id": world.spare, "lessons": []}, first]}
    email = {"email": world.colleague.email}
    return {
        "update_course": ("course", "PATCH", course, TITLE),
        "publish_course": ("course", "POST", f"{course}/publish", None),
        "unpublish_course": ("course", "POST", f"{course}/unpublish", None),
        "reorder_outline": ("course", "PUT", f"{course}/outline", order),
        "create_module": ("course", "POST", f"{course}/modules", TITLE),
        "add_instructor": ("course", "POST", f"{course}/instructors", email),
        "update_module": ("module", "PATCH", module, TITLE),
        "create_lesson": ("module", "POST", f"{module}/lessons", TITLE),
        "delete_module": ("module", "DELETE", module, None),
        "update_lesson": ("lesson", "PATCH", lesson, TITLE),
        "publish_lesson": ("lesson", "POST", f"{lesson}/publish", None),
        "unpublish_lesson": ("lesson", "POST", f"{lesson}/unpublish", None),
        "delete_lesson": ("lesson", "DELETE", lesson, None),
        "delete_course": ("course", "DELETE", course, None),
    }


WRITES = (
    *("update_course", "publish_course", "unpublish_course", "reorder_outline", "create_module"),
    *("add_instructor", "update_module", "create_lesson", "delete_module", "update_lesson"),
    *("publish_lesson", "unpublish_lesson", "delete_lesson", "delete_course"),
)


@pytest.fixture
def tags(author, world):
    """The ETags of the course, its empty module and its first lesson, as its author gets them."""
    return lambda: {kind: author.get(path).headers["ETag"] for kind, path in world.paths.items()}


@pytest.fixture
def everything(conn, world):
    """What is stored of the course."""
    return lambda: conn.execute(
        "select to_jsonb(c), (select jsonb_agg(m order by m.id) from modules as m"
        " where m.course_id = c.id), (select jsonb_agg(l order by l.id) from lessons as l"
        " where l.id = any(%s)), (select count(*) from course_instructors where course_id = c.id),"
        " (select count(*) from audit_log) from courses as c where c.id = %s",
        [world.course.lesson_ids, world.course.id],
    ).fetchone()


@pytest.mark.parametrize("name", WRITES)
def test_the_current_one_passes_and_a_stale_one_changes_nothing(
    author, world, conn, tags, everything, name
):
    kind, method, path, body = writes(world)[name]
    stale = tags()[kind]
    table, row_id = world.rows[kind]
    conn.execute(f"update {table} set version = version + 1 where id = %s", [row_id])
    before = everything()
    send = partial(author.open, path, method=method, json=body)
    assert_problem(send(headers={"If-Match": stale}), "precondition_failed")
    assert everything() == before
    assert send(headers={"If-Match": tags()[kind]}).status_code in (200, 201, 204)


def test_every_operation_that_looks_at_it_says_so(world):
    naming = {
        operation["operationId"]
        for operation in the_document().operations.values()
        if "If-Match" in [one.get("name") for one in operation.get("parameters", [])]
    }
    assert naming == {*writes(world), "remove_instructor"}


def test_taking_an_instructor_away_looks_at_it_too(author, world, tags, conn):
    path = f"{world.paths['course']}/instructors/{world.colleague.id}"
    stale = {"If-Match": '"v0-0"'}
    assert_problem(author.delete(path, headers=stale), "precondition_failed")
    assert_problem(author.delete(path, headers={"If-Match": tags()["course"]}), "not_found")


@pytest.mark.parametrize("kind", ["course", "module", "lesson"])
@pytest.mark.parametrize(
    "form",
    [
        "{tag}",
        "W/{tag}",
        "*",
        "  * ",
        '"v0-ab", {tag}',
        'W/"other", W/{tag} , "v7-1"',
        '{tag},"v999999999999999999-0"',
    ],
)
def test_every_form_of_the_header_that_names_the_current_one_passes(
    author, world, tags, kind, form
):
    strong = tags()[kind].removeprefix("W/")
    headers = {"If-Match": form.format(tag=strong)}
    assert author.patch(world.paths[kind], json=TITLE, headers=headers).status_code == 200


@pytest.mark.parametrize("kind", ["course", "module", "lesson"])
@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        "garbage",
        '""',
        'W/""',
        '"v0-0"',
        '"v2-0"',
        "v1-0",
        '"v-1-0"',
        '"1-0"',
        '"v1"',
        '"v1-"',
        '"v1-xyz"',
        '"V1-0"',
        '"v' + "9" * 19 + '-0"',
        "**",
        "'\"; drop table courses; --",
        "\u00ff",
    ],
)
def test_what_does_not_name_the_current_one_is_412(author, world, kind, header):
    answer = author.patch(world.paths[kind], json=TITLE, headers={"If-Match": header})
    assert_problem(answer, "precondition_failed")


def test_other_refusals_come_first(author, client, as_user, world, conn):
    stale = {"If-Match": '"v0-0"'}
    lesson = world.paths["lesson"]
    other = builders.make_course(conn, lessons=1)
    hidden = builders.make_course(conn, published=False)
    for answer, name in (
        (client.patch(lesson, json=TITLE, headers=stale), "unauthenticated"),
        (author.patch(f"{API}/courses/{other.id}", json=TITLE, headers=stale), "forbidden"),
        (author.patch(f"{API}/courses/{hidden.id}", json=TITLE, headers=stale), "not_found"),
        (author.patch(f"{API}/lessons/999999999", json=TITLE, headers=stale), "not_found"),
        (author.patch(lesson, data="x", headers=stale), "unsupported_media_type"),
    ):
        assert_problem(answer, name)
    assert_problem(author.patch(lesson, json={"points": -1}, headers=stale), "invalid", "points")


def test_it_comes_before_what_the_course_would_refuse(author, taught):
    course = taught(lessons=1, published_at="now", lesson={"mux_playback_id": "abc"})
    stale = {"If-Match": '"v0-0"'}
    lesson = f"{API}/lessons/{course.lesson_ids[0]}"
    for answer in (
        author.delete(lesson, headers=stale),
        author.post(f"{lesson}/unpublish", headers=stale),
        author.patch(lesson, json={"mux_playback_id": None}, headers=stale),
        author.put(f"{API}/courses/{course.id}/outline", json={"modules": []}, headers=stale),
    ):
        assert_problem(answer, "precondition_failed")


def test_a_repeated_create_is_answered_again_whatever_changed_since(author, world, tags):
    """Its own change may be why the version is another one now."""
    headers = {"If-Match": tags()["course"], "Idempotency-Key": f"of-{world.course.id}"}
    path = f"{world.paths['course']}/modules"
    first = author.post(path, json=TITLE, headers=headers)
    author.patch(world.paths["course"], json=TITLE)
    again = author.post(path, json=TITLE, headers=headers)
    assert (again.status_code, again.data) == (201, first.data)


@pytest.mark.parametrize(
    "name",
    [name for name in WRITES if not name.startswith(("delete", "add"))],
)
def test_every_write_answers_the_etag_for_the_next(author, world, name):
    _, method, path, body = writes(world)[name]
    answer = author.open(path, method=method, json=body)
    again = author.get(answer.headers.get("Location", path.partition("/outline")[0]))
    if again.status_code != 200:
        again = author.get(path.rpartition("/")[0])
    assert (again.headers["ETag"], again.data) == (answer.headers["ETag"], answer.data)


# What each change does to the ETags that the course's author gets.
CHANGING = {
    "the title of the course": ("update_course", TITLE, {"course", "lesson"}),
    "its description": ("update_course", {"description": "New"}, {"course"}),
    "publishing it": ("publish_course", None, {"course"}),
    "the title of the module": ("update_module", TITLE, {"course", "module"}),
    "a lesson in it": ("create_lesson", TITLE, {"course", "module"}),
    "another module": ("create_module", TITLE, {"course"}),
    "an instructor": ("add_instructor", ..., {"course"}),
    "the title of the lesson": ("update_lesson", TITLE, {"course", "lesson"}),
    "its text": ("update_lesson", {"body": "New"}, {"lesson"}),
    "unpublishing the lesson": ("unpublish_lesson", None, {"course", "lesson"}),
    "the order of the modules": ("reorder_outline", ..., {"course", "module"}),
    "nothing of the course": ("update_course", {}, set()),
    "nothing of the module": ("update_module", {}, set()),
    "nothing of the lesson": ("update_lesson", {}, set()),
    "publishing what is published": ("publish_lesson", None, set()),
    "unpublishing what is not": ("unpublish_course", None, set()),
}


@pytest.mark.parametrize("what", CHANGING)
def test_etags_change_with_what_they_stand_for(author, world, tags, what):
    name, body, changed = CHANGING[what]
    _, method, path, usual = writes(world)[name]
    before = tags()
    answer = author.open(path, method=method, json=usual if body is ... else body)
    assert answer.status_code in (200, 201)
    after = tags()
    assert {kind for kind in after if after[kind] != before[kind]} == changed


def test_what_others_do_changes_no_etag(author, world, tags, conn, as_user, learner):
    author.post(f"{world.paths['course']}/publish")
    before = tags()
    client = as_user(learner)
    client.post(f"{world.paths['course']}/enroll")
    update = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 100}
    lesson = world.course.lesson_ids[0]
    assert client.post(f"{API}/progress/lessons/{lesson}", json=update).status_code == 200
    other = builders.make_course(conn)
    conn.execute("update courses set title = 'Other', version = 2 where id = %s", [other.id])
    assert tags() == before


def test_ones_own_progress_changes_the_lessons_etag_but_is_no_new_version(
    author, instructor, world, tags, conn
):
    builders.enroll(conn, instructor, world.course)
    before = tags()
    update = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 5}
    author.post(f"{API}/progress/lessons/{world.course.lesson_ids[0]}", json=update)
    after = tags()
    assert {kind for kind in after if after[kind] != before[kind]} == {"lesson"}
    headers = {"If-Match": before["lesson"]}
    assert author.patch(world.paths["lesson"], json=TITLE, headers=headers).status_code == 200


def test_the_etag_of_a_compressed_answer_passes_too(author, world):
    path = world.paths["lesson"]
    author.patch(path, json={"body": "A long text. " * 500})
    compressed = author.get(path, headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    headers = {"If-Match": compressed.headers["ETag"]}
    assert author.patch(path, json=TITLE, headers=headers).status_code == 200


@pytest.mark.parametrize("kind", ["course", "module", "lesson"])
def test_of_authors_at_the_same_moment_with_the_same_etag_one_wins(
    make_app, conn, world, instructor, stored, tags, kind
):
    with crowded(make_app, conn) as app:
        clients = [anonymous(app) for _ in range(5)]
        for client in clients:
            client.set_cookie("access_token", builders.access_token(app, conn, instructor))
        for turn in range(4):
            headers = {"If-Match": tags()[kind]}
            bodies = [{"title": f"Turn {turn}, author {n}"} for n in range(5)]
            answers = at_once(
                *(
                    partial(client.patch, world.paths[kind], json=body, headers=headers)
                    for client, body in zip(clients, bodies, strict=True)
                )
            )
            assert sorted(answer.status_code for answer in answers) == [200] + [412] * 4
            (winner,) = (n for n in range(5) if answers[n].status_code == 200)
            row = stored(*world.rows[kind])
            assert (row["title"], row["version"]) == (bodies[winner]["title"], turn + 2)
