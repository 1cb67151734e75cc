"""The tables of docs/ say what the code does."""

import re
from pathlib import Path

import pytest

from courseapp.config import SETTINGS, Setting
from courseapp.errors import PROBLEMS

ROOT = Path(__file__).parents[2]


def rows(page):
    """The table rows of a page by their first cell, which is `code`."""
    lines = [line.strip() for line in (ROOT / "docs" / page).read_text("utf-8").splitlines()]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("| `")
    ]
    named = {row[0].strip("`"): row[1:] for row in cells}
    assert len(named) == len(cells)
    return named


def test_every_problem_is_explained_with_its_status():
    explained = rows("errors.md")
    assert {name: int(cells[0]) for name, cells in explained.items()} == {
        name: status for name, (status, _) in PROBLEMS.items()
    }
    for cells in explained.values():
        assert len(cells) >= 2
        assert all(cells)


def undocumented(settings):
    """Settings that are not explained, and explained ones that do not exist."""
    of_gunicorn = re.findall(
        r'(?:environ\.get|_number)\(["\'](\w+)', (ROOT / "gunicorn.conf.py").read_text("utf-8")
    )
    known = {setting.name for setting in settings} | set(of_gunicorn)
    return set(rows("operations/settings.md")) ^ known


def test_every_setting_is_explained_and_none_that_does_not_exist():
    assert undocumented(SETTINGS) == set()


def test_a_setting_that_is_not_explained_would_be_noticed():
    assert undocumented([*SETTINGS, Setting("PLANTED", str, "", "help")]) == {"PLANTED"}
    assert undocumented(SETTINGS[1:]) == {SETTINGS[0].name}


def test_the_service_reads_its_environment_in_one_place():
    """Where it can be documented. The development servers are no part of the service."""
    readers = {
        path.name
        for path in (ROOT / "courseapp").rglob("*.py")
        if re.search(r"os\.environ|getenv", path.read_text("utf-8"))
        and not path.name.startswith("dev")
    }
    assert readers == {"config.py"}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_explained_with_its_default_and_its_help_text(setting):
    default = {None: "**required**", "": "empty"}.get(setting.default, f"`{setting.default}`")
    assert rows("operations/settings.md")[setting.name] == [default, setting.help]
