"""The tables of docs/ say what the code does."""

import ast
import re
from pathlib import Path

import pytest

from courseapp.config import SETTINGS, Setting
from courseapp.errors import PROBLEMS

ROOT = Path(__file__).parents[2]
GUNICORN = (ROOT / "gunicorn.conf.py").read_text("utf-8")
WAYS = [
    'import os\nos.environ["PLANTED"]',
    'import os\nos.environ.get("PLANTED")',
    'import os\nos.getenv("PLANTED")',
    'import os as system\nsystem.environ["PLANTED"]',
    'from os import environ\nenviron["PLANTED"]',
    'from os import getenv as get\nget("PLANTED")',
    'def hidden():\n    from os import *\n    return environ["PLANTED"]',
]


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


def undocumented(settings, gunicorn=GUNICORN):
    """Settings that are not explained, and explained ones that do not exist."""
    values = [getattr(node, "value", None) for node in ast.walk(ast.parse(gunicorn))]
    # Whichever way it is read, there is no other text in capitals.
    of_gunicorn = {v for v in values if isinstance(v, str) and re.fullmatch("[A-Z][A-Z0-9_]*", v)}
    known = {setting.name for setting in settings} | of_gunicorn
    return set(rows("operations/settings.md")) ^ known


def reads_environment(source):
    """Whether a program gets at its environment, by whatever name."""
    doors, nodes = {"environ", "environb", "getenv", "getenvb"}, list(ast.walk(ast.parse(source)))
    imports = [node for node in nodes if isinstance(node, ast.Import)]
    names = {a.asname or a.name for node in imports for a in node.names if a.name == "os"}
    return any(
        isinstance(node, ast.Attribute) and node.attr in doors and ast.unparse(node.value) in names
        for node in nodes
    ) or any(
        isinstance(node, ast.ImportFrom)
        and node.module == "os"
        and {alias.name for alias in node.names} & {*doors, "*"}
        for node in nodes
    )


def test_every_setting_is_explained_and_none_that_does_not_exist():
    assert undocumented(SETTINGS) == set()


def test_a_setting_that_is_not_explained_would_be_noticed():
    assert undocumented([*SETTINGS, Setting("PLANTED", str, "", "help")]) == {"PLANTED"}
    assert undocumented(SETTINGS[1:]) == {SETTINGS[0].name}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_read_the_environment_would_be_noticed(way):
    assert undocumented(SETTINGS, f"{GUNICORN}\n{way}") == {"PLANTED"}
    assert reads_environment(way)


def test_the_service_reads_its_environment_in_one_place():
    """Where it can be documented. The development servers are no part of the service."""
    readers = {
        path.name
        for path in [*(ROOT / "courseapp").rglob("*.py"), ROOT / "wsgi.py"]
        if reads_environment(path.read_text("utf-8")) and not path.name.startswith("dev")
    }
    assert readers == {"config.py"}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_explained_with_its_default_and_its_help_text(setting):
    default = {None: "**required**", "": "empty"}.get(setting.default, f"`{setting.default}`")
    assert rows("operations/settings.md")[setting.name] == [default, setting.help]
