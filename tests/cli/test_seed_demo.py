"""`flask seed demo`, the command."""

import hashlib
import time

import pytest
from psycopg import sql

pytestmark = pytest.mark.usefixtures("seeded")

TABLES = (
    "users",
    "user_points",
    "user_streaks",
    "courses",
    "course_instructors",
    "modules",
    "lessons",
    "enrollments",
    "lesson_progress",
    "points_history",
    "achievements",
    "audit_log",
)


def contents(conn):
    """A digest of every row of every table that the command writes."""
    digest = hashlib.sha256()
    for table in TABLES:
        query = sql.SQL("select t::text from {} as t order by 1").format(sql.Identifier(table))
        digest.update(repr((table, conn.execute(query).fetchall())).encode())
    return digest.hexdigest()


def test_says_what_it_added_and_how_to_log_in(seeded):
    assert seeded.exit_code == 0, seeded.output
    added, logins = seeded.output.splitlines()
    assert added.startswith("Demo data added: courses 14, ")
    assert "accounts 103" in added
    assert all(
        word in logins for word in ("password123", "test@example.com", "learner100@example.com")
    )


def test_running_it_again_changes_nothing(conn, runner):
    before = contents(conn)
    result = runner.invoke(args=["seed", "demo"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("The demo data is there already.\n")
    assert contents(conn) == before


def test_if_empty_is_quiet_and_fast_when_there_is_an_account(conn, runner):
    before = contents(conn)
    started = time.perf_counter()
    result = runner.invoke(args=["seed", "demo", "--if-empty"])
    assert time.perf_counter() - started < 0.5
    assert (result.exit_code, result.output) == (0, "")
    assert contents(conn) == before


@pytest.mark.parametrize("arguments", [[], ["--if-empty"]])
def test_production_is_refused(app, conn, runner, monkeypatch, arguments):
    before = contents(conn)
    monkeypatch.setitem(app.config, "APP_ENV", "production")
    result = runner.invoke(args=["seed", "demo", *arguments])
    assert result.exit_code == 1
    assert "refused in production" in result.output
    assert contents(conn) == before


def test_what_people_did_meanwhile_stays_and_what_is_missing_comes_back(conn, value, runner):
    conn.execute("update courses set title = 'Edited' where slug = 'git-in-practice'")
    conn.execute("update users set full_name = 'Renamed' where email = 'test@example.com'")
    conn.execute(
        """
        delete from enrollments
        using users
        where enrollments.user_id = users.id and users.email = 'test@example.com'
        """
    )
    result = runner.invoke(args=["seed", "demo"])
    assert result.output.startswith("Demo data added: enrollments 1.\n")
    assert value("select title from courses where slug = 'git-in-practice'") == "Edited"
    name = value("select full_name from users where email = 'test@example.com'")
    assert name == "Renamed"


def test_everything_is_one_transaction(conn, value, runner, monkeypatch):
    conn.execute("truncate users, courses restart identity cascade")

    def fail(*_args, **_kwargs):
        raise RuntimeError("the power went out")

    monkeypatch.setattr("courseapp.cli.seed.queries.seed.update_demo_totals", fail)
    assert runner.invoke(args=["seed", "demo"]).exit_code == 1
    assert value("select count(*) from users") == 0
    assert value("select count(*) from courses") == 0


def test_if_empty_fills_an_empty_database_in_under_three_seconds(conn, value, runner):
    conn.execute("truncate users, courses restart identity cascade")
    started = time.perf_counter()
    result = runner.invoke(args=["seed", "demo", "--if-empty"])
    assert time.perf_counter() - started < 3
    assert result.exit_code == 0, result.output
    assert value("select count(*) from users") == 103
