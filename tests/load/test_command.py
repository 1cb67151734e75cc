"""`flask seed load`, the command: when it works, when it refuses, and what it leaves behind."""

import builders
import pytest
from loaded import load

from courseapp import load_data

SIZE = {"users": 200, "courses": 30, "progress": 12_345}
CATALOGUE = """
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'public'::regnamespace
    union all
    select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'
    order by 1, 2, 3
"""


@pytest.fixture
def empty(conn):
    """The module's database without a row of ours."""
    conn.execute("truncate users, courses, login_failures restart identity cascade")
    return conn


def counts(conn):
    tables = ("users", "courses", "enrollments", "lesson_progress", "points_history", "audit_log")
    return [conn.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]


def test_it_says_what_it_made_and_how_to_log_in(app, empty, client):
    answer = load(app, **SIZE)
    assert answer.exit_code == 0, answer.output
    assert "Load data added: 200 learners, 30 courses and 12,345 lessons begun" in answer.output
    assert "load000001@example.com … load000200@example.com" in answer.output
    account = {"email": "load000200@example.com", "password": load_data.PASSWORD}
    assert client.post("/api/v1/auth/login", json=account).status_code == 200


def test_again_with_the_same_numbers_it_changes_nothing(app, conn):
    before = counts(conn)
    answer = load(app, **SIZE)
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("The load data is there already: 200 learners")
    assert counts(conn) == before


def test_again_with_other_numbers_it_refuses(app, conn):
    before = counts(conn)
    answer = load(app, **SIZE | {"progress": 20_000})
    assert answer.exit_code == 1
    assert "has load data of 200 learners, 30 courses and 12,345 lessons begun" in answer.output
    assert counts(conn) == before


def test_a_run_cut_off_before_the_vacuum_is_finished_by_the_next(app, empty, monkeypatch):
    def cut_off(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("courseapp.cli.load.vacuum_tables", cut_off)
        assert load(app, **SIZE).exit_code == 1
    # A truncated table has no page that is known to be visible to all.
    visible = "select relallvisible from pg_class where relname = 'lesson_progress'"
    assert empty.execute(visible).fetchone() == (0,)
    answer = load(app, **SIZE)
    assert "Vacuuming" in answer.output
    assert "is there already" in answer.output
    assert empty.execute(visible).fetchone()[0] > 0


def test_keys_and_indexes_are_as_before(app, empty):
    before = empty.execute(CATALOGUE).fetchall()
    assert load(app, **SIZE).exit_code == 0
    assert empty.execute(CATALOGUE).fetchall() == before
    assert len(before) > 60


@pytest.mark.parametrize("step", ["create_progress", "create_streaks", "create_next_key"])
def test_an_interruption_leaves_nothing_and_every_key(app, empty, monkeypatch, step):
    keys, rows = empty.execute(CATALOGUE).fetchall(), counts(empty)
    made = []

    def cut_off(conn, **parameters):
        # While it runs, the keys are gone: that is what must not stay.
        made.append(conn.execute("select count(*) from load_key").fetchone()[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(load_data.queries.load, step, cut_off)
    assert load(app, **SIZE).exit_code == 1
    assert made[0] > 10
    assert empty.execute(CATALOGUE).fetchall() == keys
    assert counts(empty) == rows


def test_it_goes_on_top_of_the_demo_data(app, empty, runner):
    assert runner.invoke(args=["seed", "demo"]).exit_code == 0
    demo = "select count(*) from lesson_progress where user_id <= 103"
    before = empty.execute(demo).fetchone()
    answer = load(app, **SIZE)
    assert answer.exit_code == 0, answer.output
    assert empty.execute(demo).fetchone() == before
    assert empty.execute("select count(*) from users").fetchone() == (103 + 200 + 20,)


def test_it_asks_where_other_people_have_accounts(app, empty, runner):
    builders.make_user(empty)
    command = ["seed", "load", "--users", "50", "--courses", "10", "--progress", "500"]
    answer = runner.invoke(args=command, input="n\n")
    assert answer.exit_code == 1
    assert "1 accounts that are neither demo nor load data" in answer.output
    assert counts(empty)[0] == 1
    answer = runner.invoke(args=[*command, "--yes"])
    assert answer.exit_code == 0, answer.output
    assert counts(empty)[3] == 500


def test_production_is_refused(app, empty, monkeypatch):
    monkeypatch.setitem(app.config, "APP_ENV", "production")
    answer = load(app, **SIZE)
    assert answer.exit_code == 1
    assert "refused in production" in answer.output
    assert counts(empty)[0] == 0


def test_more_lessons_than_there_are_is_refused_whole(app, empty):
    answer = load(app, users=3, courses=2, progress=10_000)
    assert answer.exit_code == 1
    assert "lessons would be begun" in answer.output
    assert counts(empty)[0] == 0


@pytest.mark.parametrize("size", [(1, 1, 1), (1, 1, 5), (2, 30, 40), (1000, 3, 200), (40, 60, 3)])
def test_odd_sizes_are_exact_too(app, empty, size):
    users, courses, progress = size
    answer = load(app, users=users, courses=courses, progress=progress)
    assert answer.exit_code == 0, answer.output
    made = counts(empty)
    assert (made[0], made[1], made[3]) == (users + 20, courses, progress)


def test_the_same_sizes_make_the_same_data(app, empty):
    seen = []
    for _ in range(2):
        empty.execute("truncate users, courses, login_failures restart identity cascade")
        assert load(app, **SIZE).exit_code == 0
        query = "select md5(string_agg(concat_ws(' ', user_id, lesson_id, is_completed), ',' "
        query += "order by user_id, lesson_id)) from lesson_progress"
        seen.append(empty.execute(query).fetchone())
    assert seen[0] == seen[1]
