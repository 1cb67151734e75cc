"""sqlfluff and squawk find nothing to say about sql/ and migrations/, as `make lint` runs them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from courseapp.config import CHECKOUT

MIGRATIONS = sorted((CHECKOUT / "migrations").glob("*.sql"))
SQLFLUFF = [sys.executable, "-m", "sqlfluff", "lint", "--processes=2", "--config=setup.cfg"]
SQUAWK = [Path(sys.executable).with_name("squawk"), "--config=.squawk.toml", "--reporter=gcc"]


def lint(command, *paths):
    """Exit status and what was said."""
    run = subprocess.run([*command, *paths], cwd=CHECKOUT, capture_output=True, text=True)
    return run.returncode, run.stdout


def test_queries_and_migrations_keep_the_style():
    status, said = lint(SQLFLUFF, "sql", *MIGRATIONS)
    assert status == 0, said


def test_no_migration_is_unsafe():
    status, said = lint(SQUAWK, *MIGRATIONS)
    assert status == 0, said


def test_the_make_target_runs_both():
    recipe = re.search(r"^lint:.*\n((\t.*\n)+)", (CHECKOUT / "Makefile").read_text(), re.M)[1]
    assert "-m sqlfluff lint sql migrations/*.sql\n" in recipe
    assert ".venv/bin/squawk migrations/*.sql\n" in recipe


def test_a_badly_written_query_is_caught(tmp_path):
    query = tmp_path / "get_user.sql"
    query.write_text(
        "-- name: get_user(user_id)^\n"
        "SELECT id, email FROM users u, courses c where u.id=:user_id and 1 = 1;\n"
        f"select '{'x' * 100}'\n"
    )
    status, said = lint(SQLFLUFF, query)
    assert status == 1
    # Keywords, implicit alias, spacing, line length, an unqualified column.
    assert {"CP01", "AL01", "LT01", "LT05", "RF02"} <= set(re.findall(r"\b[A-Z]{2}\d\d\b", said))


def test_a_query_that_cannot_be_parsed_is_caught(tmp_path):
    query = tmp_path / "get_user.sql"
    query.write_text("-- name: get_user()^\nselect id from where users;\n")
    status, said = lint(SQLFLUFF, query)
    assert status == 1
    assert "PRS" in said


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("create index idx_users_role on users (role);", "require-concurrent-index-creation"),
        ("select 1; create index concurrently i on users (role);", "ban-concurrent-index-creation"),
        ("drop table certificates;", "ban-drop-table"),
        ("alter table users drop column locale;", "ban-drop-column"),
        ("alter table users rename column full_name to name;", "renaming-column"),
        ("alter table users add column score integer not null;", "adding-required-field"),
        ("alter table users alter column locale type varchar(9);", "changing-column-type"),
        ("alter table users alter column locale set not null;", "adding-not-nullable-field"),
        ("alter table users add constraint c check (id > 0);", "constraint-missing-not-valid"),
        ("alter table users add unique (full_name);", "disallowed-unique-constraint"),
    ],
)
def test_an_unsafe_migration_is_caught(tmp_path, statement, rule):
    migration = tmp_path / "0900_unsafe.sql"
    migration.write_text(statement)
    status, said = lint(SQUAWK, migration)
    assert status == 1
    assert rule in said


def test_the_documented_way_to_index_a_live_table_is_safe(tmp_path):
    page = (CHECKOUT / "docs" / "sql.md").read_text("utf-8")
    example = re.search(r"```sql\n(-- transactional: false\n.*?)```", page, re.S)[1]
    migration = tmp_path / "0900_index.sql"
    migration.write_text(example)
    assert lint(SQUAWK, migration)[0] == 0
    assert lint(SQLFLUFF, migration)[0] == 0
    unmarked = tmp_path / "0901_index.sql"
    unmarked.write_text(example.replace("-- squawk-disable-assume-in-transaction\n", ""))
    assert lint(SQUAWK, unmarked)[0] == 1
