"""The second half of `make explain`: the same queries in databases of three sizes."""

import json

import psycopg
import pytest
from explain.conftest import SERVED

from courseapp import devgrowth, growth, growth_cases
from courseapp.devexplain import SETTINGS
from courseapp.devservers import start_servers
from courseapp.explain_cases import NoValueError
from courseapp.load_data import Size

ONE = "progress.get_course_progress"
OTHER = "gamification.get_gamification"


@pytest.fixture(scope="module")
def databases(tmp_path_factory):
    """Three small ones, of which the last is thirty times as big as the first."""
    folder = tmp_path_factory.mktemp("growth")
    sizes = (Size(100, 40, 3_000), Size(300, 40, 9_000), Size(3_000, 40, 90_000))
    return [
        devgrowth.Database(name, folder / name, size)
        for name, size in zip(("small", "middling", "big"), sizes, strict=True)
    ]


@pytest.fixture(autouse=True)
def of_few_learners(monkeypatch):
    """A twentieth of a hundred learners, in a tenth of forty courses, may have no equals."""
    monkeypatch.setattr(growth_cases, "LEARNERS", 0.3)
    monkeypatch.setattr(growth_cases, "COURSES", 1.0)


def run(databases, *names, **options):
    # In tables of a few pages a lucky plan is twice as fast.
    return devgrowth.run(databases, names, rounds=5, runs=40, limit=3, **options)


def test_the_critical_queries_do_not_grow_with_the_tables(databases, tmp_path, capfd):
    path = tmp_path / "growth.json"
    assert run(databases, save=path)
    output = capfd.readouterr().out
    assert "9 queries keep the limit of growth" in output
    document = json.loads(path.read_text("utf-8"))
    assert document["queries"].keys() == growth.CRITICAL.keys()
    for query in document["queries"].values():
        assert all(ms > 0 for ms in query["p50"].values())
        assert max(query["ratios"].values()) <= query["limit"]
    rows = [one["rows"].get("lesson_progress") for one in document["databases"].values()]
    assert rows == [None, 9_000, 90_000]  # Below 5,000 it is no big table.
    # Like is compared with like: what one learner has does not grow.
    first, *others = (one["typical"] for one in document["databases"].values())
    for other in others:
        assert other == pytest.approx(first, rel=0.16, abs=1)


def test_a_query_that_grows_is_named_and_fails(databases, tmp_path, capfd):
    with (
        start_servers(databases[-1].folder, **SETTINGS) as urls,
        psycopg.connect(urls["DATABASE_URL"]) as conn,
    ):
        conn.execute("alter table lesson_progress drop constraint idx_lesson_progress_user_lesson")
        conn.execute("drop index idx_lesson_progress_user_id, idx_lesson_progress_lesson_id")
    path = tmp_path / "growth.json"
    assert not run(databases, ONE, OTHER, save=path)
    output = capfd.readouterr().out
    assert f"\n{ONE} (the guide's course progress calculation): with big rows it takes" in output
    assert f"\n{OTHER} (" not in output
    queries = json.loads(path.read_text("utf-8"))["queries"]
    assert (queries[ONE]["is_over"], queries[OTHER]["is_over"]) == (True, False)
    assert not queries[ONE]["is_same_plan"]
    assert queries[ONE]["pages"]["big"] > 3 * queries[ONE]["pages"]["small"]


def test_a_database_compared_with_itself_has_not_grown(middling):
    grown = growth.measure([middling.app] * 3, SERVED[ONE], [middling.cases] * 3, rounds=5, runs=40)
    assert (grown.is_over, grown.is_same_plan) == (False, True)
    assert grown.ratios == pytest.approx((1, 1), rel=0.3)
    assert len(set(grown.pages)) == 1


def test_every_learner_is_compared_once_and_with_an_equal(middling, loaded, environ):
    with psycopg.connect(environ["DATABASE_OWNER_URL"]) as conn:
        equals = growth_cases.find_equals([conn, loaded])
        assert len(equals) > 50
        for learners in zip(*equals, strict=True):
            assert len({one.user_id for one in learners}) == len(equals)
        for one, other in equals:
            for ours, theirs in zip(one.sizes, other.sizes, strict=True):
                assert max(ours, theirs) <= growth_cases.TOLERANCE * min(ours, theirs)
        begun = "select count(*) from lesson_progress where user_id = %s"
        for one, _ in equals[:10]:
            assert conn.execute(begun, [one.user_id]).fetchone()[0] == one.lessons_begun
        measured, cases = growth_cases.get_cases([conn, loaded], equals)
    # Some have nothing left to learn.
    assert len(measured) > 50
    assert measured == [row for row in equals if row in measured]
    for row, own in zip(measured, cases, strict=True):
        assert [(one.user_id, one.course_id) for one in row] == [
            (case.user_id, case.course_id) for case in own
        ]


def test_learners_without_equals_are_an_error(middling, conn, environ, template_database):
    url = environ["DATABASE_OWNER_URL"]
    empty = url.replace(conn.info.dbname, template_database)
    with (
        psycopg.connect(url) as some,
        psycopg.connect(empty) as none,
        pytest.raises(NoValueError, match="no learner of the smallest database has an equal"),
    ):
        growth_cases.find_equals([some, none])
