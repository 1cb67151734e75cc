"""`flask courses render`: the stored HTML of descriptions and bodies."""

import time
from concurrent.futures import ThreadPoolExecutor

import builders
import psycopg
import pytest

from courseapp import rendering
from courseapp.markdown import VERSION, render

OLD = VERSION - 1


@pytest.fixture(autouse=True)
def empty(conn):
    """Nothing is due that a test has not made."""
    conn.execute("update courses set description = '', description_html = ''")
    conn.execute("update lessons set body = '', body_html = ''")


@pytest.fixture
def run(runner):
    """What the command says."""

    def run():
        answer = runner.invoke(args=["courses", "render"])
        assert answer.exit_code == 0, answer.output
        return answer.output

    return run


def description(conn, course):
    """(HTML, version) of a course."""
    query = "select description_html, html_version from courses where id = %s"
    return conn.execute(query, [course.id]).fetchone()


def body(conn, lesson_id):
    """(HTML, version) of a lesson."""
    query = "select body_html, html_version from lessons where id = %s"
    return conn.execute(query, [lesson_id]).fetchone()


def test_what_has_no_html_gets_it(conn, run):
    course = builders.make_course(conn, description="**Łódź**", lesson={"body": "- a"})
    assert run() == "Rendered: 1 descriptions and 3 lessons.\n"
    assert description(conn, course) == ("<p><strong>Łódź</strong></p>\n", VERSION)
    assert body(conn, course.lesson_ids[2]) == ("<ul>\n<li>a</li>\n</ul>\n", VERSION)
    assert run() == "Rendered: 0 descriptions and 0 lessons.\n"


def test_other_rules_render_only_what_they_have_not_rendered(conn, run):
    ours = {"description_html": "ours", "html_version": VERSION}
    course, stale, newer = (
        builders.make_course(conn, lessons=0, description="*a*", **ours | {"html_version": version})
        for version in (VERSION, OLD, VERSION + 1)
    )
    assert run() == "Rendered: 2 descriptions and 0 lessons.\n"
    assert description(conn, course) == ("ours", VERSION)
    # Rules that were taken back are other rules, too.
    assert description(conn, stale) == description(conn, newer)
    assert description(conn, stale) == ("<p><em>a</em></p>\n", VERSION)


def test_what_was_emptied_by_hand_loses_its_html(conn, run):
    course = builders.make_course(
        conn, lessons=1, description_html="<p>a</p>", lesson={"body_html": "<p>a</p>"}
    )
    assert run() == "Rendered: 1 descriptions and 1 lessons.\n"
    assert description(conn, course) == ("", VERSION)
    assert body(conn, course.lesson_ids[0]) == ("", VERSION)


def test_nothing_else_of_a_row_changes(conn, run):
    course = builders.make_course(conn, description="*a*", lesson={"body": "*b*"})
    queries = [
        "select to_jsonb(c) - 'description_html' - 'html_version' from courses as c where id = %s",
        "select jsonb_agg(to_jsonb(l) - 'body_html' - 'html_version' order by id) from lessons as l"
        " where module_id = (select id from modules where course_id = %s)",
    ]
    before = [conn.execute(query, [course.id]).fetchone() for query in queries]
    run()
    assert [conn.execute(query, [course.id]).fetchone() for query in queries] == before


def test_as_many_as_there_are_are_rendered_a_batch_at_a_time(conn, run, monkeypatch):
    monkeypatch.setattr(rendering, "BATCH", 4)
    course = builders.make_course(conn, lessons=13, lesson={"body": "a"})
    assert run() == "Rendered: 0 descriptions and 13 lessons.\n"
    assert {body(conn, lesson_id) for lesson_id in course.lesson_ids} == {("<p>a</p>\n", VERSION)}


@pytest.mark.parametrize("what", ["description", "body"])
def test_what_somebody_edits_meanwhile_is_not_overwritten(conn, run, monkeypatch, what):
    course = builders.make_course(conn, description="old", lessons=1, lesson={"body": "old"})
    editing = {
        "description": (
            "update courses set description = 'new', description_html = 'HTML of new',"
            " html_version = %s where id = %s",
            [VERSION, course.id],
        ),
        "body": (
            "update lessons set body = 'new', body_html = 'HTML of new',"
            " html_version = %s where id = %s",
            [VERSION, course.lesson_ids[0]],
        ),
    }

    def slowly(text):
        conn.execute(*editing[what])
        return render(text)

    monkeypatch.setattr(rendering, "render", slowly)
    assert sum(int(word) for word in run().split() if word.isdigit()) == 1
    rows = {"description": description(conn, course), "body": body(conn, course.lesson_ids[0])}
    assert rows.pop(what) == ("HTML of new", VERSION)
    assert list(rows.values()) == [("<p>old</p>\n", VERSION)]


def test_an_edit_that_is_not_committed_yet_is_waited_for(conn, run, environ):
    course = builders.make_course(conn, lessons=0, description="old")
    with psycopg.connect(environ["DATABASE_OWNER_URL"]) as edit, ThreadPoolExecutor(1) as thread:
        edit.execute(
            "update courses set description = 'new', description_html = 'HTML of new',"
            " html_version = %s where id = %s",
            [VERSION, course.id],
        )
        rendered = thread.submit(run)
        blocked = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
        while not conn.execute(blocked).fetchone()[0]:
            time.sleep(0.01)
        edit.commit()
        assert rendered.result(10) == "Rendered: 0 descriptions and 0 lessons.\n"
    assert description(conn, course) == ("HTML of new", VERSION)


def test_it_holds_no_lesson_before_it_has_the_course(conn, held_up, app):
    """Or it and whoever puts the lessons into another order would wait for each other."""
    course = builders.make_course(conn, lessons=1, lesson={"body": "*a*"})
    (lesson_id,) = course.lesson_ids
    answer = held_up(
        lambda: app.test_cli_runner().invoke(args=["courses", "render"]),
        waits_in="lessons.update_body_html",
        before=[f"select from courses where id = {course.id} for no key update"],
        after=[f"select from lessons where id = {lesson_id} for update nowait"],
    )
    assert answer.exit_code == 0, answer.output
    assert body(conn, lesson_id) == ("<p><em>a</em></p>\n", VERSION)


def test_an_interrupted_run_has_done_what_it_has_done(conn, run, runner, monkeypatch):
    course = builders.make_course(conn, lessons=5, lesson={"body": "a"})
    texts = []

    def until_the_third(text):
        texts.append(text)
        if len(texts) == 3:
            raise KeyboardInterrupt
        return render(text)

    with monkeypatch.context() as patched:
        patched.setattr(rendering, "render", until_the_third)
        assert runner.invoke(args=["courses", "render"]).exit_code == 1
    assert [body(conn, lesson_id)[1] for lesson_id in course.lesson_ids] == [VERSION] * 2 + [0] * 3
    assert run() == "Rendered: 0 descriptions and 3 lessons.\n"


def test_two_at_once_do_no_harm(conn, app):
    course = builders.make_course(conn, lessons=40, lesson={"body": "*a*"})
    with ThreadPoolExecutor(2) as threads:
        both = [
            threads.submit(app.test_cli_runner().invoke, args=["courses", "render"])
            for _ in range(2)
        ]
        assert [one.result(10).exit_code for one in both] == [0, 0]
    made = {body(conn, lesson_id) for lesson_id in course.lesson_ids}
    assert made == {("<p><em>a</em></p>\n", VERSION)}


@pytest.mark.parametrize(
    "command",
    [["demo"], ["load", "--users", "20", "--courses", "10", "--progress", "200", "--yes"]],
    ids=["demo", "load"],
)
def test_what_is_seeded_has_its_html(conn, runner, run, command):
    conn.execute("truncate users, courses restart identity cascade")
    answer = runner.invoke(args=["seed", *command])
    assert answer.exit_code == 0, answer.output
    for texts in ("description, description_html from courses", "body, body_html from lessons"):
        rows = conn.execute(f"select {texts}").fetchall()
        assert len(rows) > 9
        assert all(html == render(text) for text, html in rows)
    assert run() == "Rendered: 0 descriptions and 0 lessons.\n"


def test_the_demo_shows_what_markdown_can_do(conn, runner):
    conn.execute("truncate users, courses restart identity cascade")
    runner.invoke(args=["seed", "demo"])
    shown = conn.execute(
        "select string_agg(description_html, '') from courses union all"
        " select string_agg(body_html, '') from lessons"
    ).fetchall()
    shown = "".join(html for (html,) in shown)
    for element in ("strong", "em", "s", "ul", "ol", "a href", "code class", "table", "blockquote"):
        assert f"<{element}" in shown
