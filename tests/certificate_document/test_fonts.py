"""What certificates need to be installed, and what is said where it is not."""

import os
import subprocess
import sys

import pytest

from courseapp.certificate_document import PackagesMissing, check, fonts
from courseapp.certificate_document.fonts import NEEDED
from courseapp.config import CHECKOUT

# Loads no library of that name, as on a machine that has none.
WITHOUT_SUBSETTING = """
import sys, cffi, courseapp
assert "weasyprint" not in sys.modules, "requests do without it"
dlopen = cffi.FFI.dlopen
def missing(self, name, flags=0):
    if "harfbuzz-subset" in str(name):
        raise OSError(name)
    return dlopen(self, name, flags)
cffi.FFI.dlopen = missing
from certificate_document.samples import ENGLISH
from courseapp.certificate_document import PackagesMissing, check, render
for work in (check, lambda: render(ENGLISH)):
    try:
        work()
    except PackagesMissing as error:
        print(error)
"""


def test_all_is_here():
    assert check() is None


def test_without_the_library_that_makes_subsets_it_says_what_to_install():
    environ = os.environ | {"PYTHONPATH": ":".join(sys.path)}
    argv = [sys.executable, "-W", "ignore", "-c", WITHOUT_SUBSETTING]
    said = subprocess.check_output(argv, env=environ, text=True).splitlines()
    mend = "Install with: apt-get install --no-install-recommends libharfbuzz-subset0"
    assert said == [f"Certificates need libharfbuzz-subset0. {mend}"] * 2


@pytest.mark.parametrize("file", NEEDED)
def test_without_a_font_it_says_what_to_install(file, tmp_path, monkeypatch):
    for path in fonts._paths():
        if path.name != file:
            (tmp_path / path.name).symlink_to(path)
    there = fonts.CONFIGURATION.read_text().replace("/usr/share/fonts", str(tmp_path))
    (tmp_path / "fonts.conf").write_text(there.replace("/usr/local/share/fonts", str(tmp_path)))
    monkeypatch.setattr(fonts, "CONFIGURATION", tmp_path / "fonts.conf")
    check.cache_clear()
    with pytest.raises(PackagesMissing, match=f"--no-install-recommends {NEEDED[file]}$"):
        check()


def test_what_is_missing_is_looked_for_again(monkeypatch):
    check.cache_clear()
    with monkeypatch.context() as patched:
        patched.setitem(fonts.NEEDED, "None.ttf", "fonts-none")
        with pytest.raises(PackagesMissing, match="fonts-none"):
            check()
    check()


def test_the_setup_installs_the_same_fonts():
    setup = (CHECKOUT / "requirements/install.sh").read_text()
    lines = [line.strip() for line in setup.splitlines() if "fonts-" in line]
    assert lines == [f'("{file}", "{package}"),' for file, package in NEEDED.items()]
