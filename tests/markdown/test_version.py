"""Other HTML needs another version, or what is stored would never be rendered anew."""

import hashlib
import subprocess
import sys

from markdown.corpus import TEXTS
from markdown.test_rendering import EXAMPLES

from courseapp.config import CHECKOUT
from courseapp.markdown import VERSION, render

# The version, and a digest of what it makes. Whoever changes the second adds one to the first.
KNOWN = (1, "f5e2943e98792b1c")
DIGEST = """
import sys
sys.path.insert(0, "tests")
from markdown.test_version import digest
print(digest())
"""


def digest():
    """Of the HTML of everything that the tests here render."""
    html = "\0".join(map(render, [*EXAMPLES, *TEXTS]))
    return hashlib.sha256(html.encode()).hexdigest()[:16]


def test_a_change_of_what_is_made_comes_with_a_new_version():
    """If this fails: add one to VERSION of courseapp/markdown.py, then write both down here."""
    assert (VERSION, digest()) == KNOWN


def test_another_process_makes_the_same():
    """Whatever the hashes of its strings are."""
    run = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env={"PYTHONHASHSEED": "1"},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == f"{digest()}\n"
