"""The fonts that certificates are set in, and what they can write."""

import os
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

from fontTools.ttLib import TTFont

CONFIGURATION = files(__package__) / "fonts.conf"
# Where WeasyPrint looks for fonts, whatever else the machine has.
os.putenv("FONTCONFIG_FILE", str(CONFIGURATION))

# One file of each Debian package; requirements/install.sh looks for the same.
NEEDED = {
    "EBGaramond12-Regular.otf": "fonts-ebgaramond",
    "NotoSerif-Regular.ttf": "fonts-noto-core",
    "NotoSerifCJK-Regular.ttc": "fonts-noto-cjk",
    "Symbola_hint.ttf": "fonts-symbola",
}


def missing() -> list[str]:
    """The Debian packages whose fonts are not installed."""
    installed = {path.name for path in _paths()}
    return [package for file, package in NEEDED.items() if file not in installed]


@cache
def characters() -> bytearray:
    """For every code point, whether one of the fonts can write it."""
    covered = bytearray(0x110000)
    for font in _opened():
        codes = font["cmap"].getBestCmap()
        # One has no space, and would leave a hole where its letters meet one.
        for code in codes if ord(" ") in codes else ():
            covered[code] = True
    return covered


@cache
def variants() -> frozenset[str]:
    """The characters that are written in another form before a variation selector, with it."""
    return frozenset(
        chr(base) + chr(selector)
        for font in _opened()
        if (table := font["cmap"].getcmap(0, 5))
        for selector, bases in table.uvsDict.items()
        for base, _ in bases
    )


def _opened():
    for path in _paths():
        with TTFont(path, fontNumber=0, lazy=True) as font:
            yield font


def _paths() -> list[Path]:
    configuration = ElementTree.fromstring(CONFIGURATION.read_bytes())
    accepted = [glob.text for glob in configuration.iterfind(".//acceptfont/glob")]
    return [
        Path(folder, name)
        for start in configuration.iterfind("dir")
        for folder, _, names in os.walk(start.text)
        for name in names
        if any(fnmatch(f"{folder}/{name}", glob) for glob in accepted)
    ]
