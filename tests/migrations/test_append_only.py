"""A migration that has landed stays as it is; the next one comes after all others.

migrations/expected/checksums.txt has a line for each that has landed. `make schema` adds lines and
never changes one, so that whoever edits an old migration has to edit that file by hand, too.
"""

import click
import pytest

from courseapp import migrate
from courseapp.devschema import CHECKSUMS, checksums, not_listed


@pytest.fixture
def landed(folder):
    """A folder in which three migrations have landed; yields it and its checksums."""
    path = folder(**{f"000{n}_{n}": f"select {n}" for n in (1, 2, 3)})
    return path, checksums(path)


def test_every_migration_is_as_it_landed():
    lines = CHECKSUMS.read_text("utf-8").splitlines()
    assert not_listed(lines, checksums()) == [], "a new migration? Run `make schema`"
    assert [line.split()[1] for line in lines] == [f"{name}.sql" for name in migrate.MIGRATIONS]


def test_a_new_one_after_all_others_is_added(landed):
    folder, lines = landed
    (folder / "0004_4.sql").write_text("select 4")
    (folder / "0004_4.rollback.sql").write_text("select 4")
    [added] = not_listed(lines, checksums(folder))
    assert added.endswith("  0004_4.sql")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "0002_2.sql").write_text("select 22"),
        lambda folder: (folder / "0002_2.sql").unlink(),
        lambda folder: (folder / "0003_3.sql").unlink(),
        lambda folder: (folder / "0002_2.sql").rename(folder / "0009_2.sql"),
        lambda folder: (folder / "0002_between.sql").write_text("select 4"),
        lambda folder: (folder / "0000_before.sql").write_text("select 4"),
    ],
    ids=["edited", "removed", "newest removed", "renamed", "new between", "new before"],
)
def test_any_other_change_is_refused(landed, change):
    folder, lines = landed
    change(folder)
    with pytest.raises(click.ClickException, match="has landed and is now"):
        not_listed(lines, checksums(folder))
