"""The targets that measure, and the table in perf/README.md that lists them."""

import importlib.util
import re
import subprocess

import pytest

from courseapp.config import CHECKOUT

TARGETS = re.findall(
    r"^((?:perf|bench|explain)[a-z-]*):", (CHECKOUT / "Makefile").read_text(), re.M
)


def test_the_table_has_each():
    table = (CHECKOUT / "perf/README.md").read_text("utf-8").split("\n\n")[2]
    assert sorted(re.findall(r"^\| `make ([a-z-]+)", table, re.M)) == sorted(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_each_starts_a_module_that_there_is_and_passes_its_arguments(target):
    argv = ["make", "--dry-run", target, "ARGS=--some thing"]
    done = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    module, words = re.search(r"-m ((?:perf|courseapp)[a-z_.]*)(.*)", done.stdout).groups()
    assert importlib.util.find_spec(module)
    assert "--some thing" in words


def test_each_is_in_the_list_of_targets():
    done = subprocess.run(
        ["make", "help"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert set(TARGETS) <= {line.split()[1] for line in done.stdout.splitlines()}
