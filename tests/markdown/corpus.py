"""Texts of people who mean harm, one a line in hostile/. None may come out as more than text."""

import re
from pathlib import Path


def lines(name):
    """The lines of a file; `\\n` in them is a line break, and `\\u00a0` that character."""
    text = Path(__file__).with_name("hostile").joinpath(f"{name}.txt").read_text("utf-8")
    text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return [line.replace("\\n", "\n") for line in text.rstrip("\n").split("\n")]


# What a link must not lead to, in the spellings that filters have overlooked.
ADDRESSES = ["", *lines("addresses")]
# Where an address can stand; `{}` is it.
PLACES = lines("places")
# Markdown shows it as text; the sanitiser has to cope with it all the same.
HTML = [
    *lines("html"),
    *("<p>" * 300 + "a", "<em>" * 300 + "a", "<a href=javascript:x>" * 300, "</p>" * 300),
    *("<blockquote>" * 600 + "<table><img onerror=x>", "<em><table><p>" * 60, "<svg>" * 300),
    *("<" * 300, "&" * 300),
]
TEXTS = [
    *HTML,
    # Where Markdown itself carries text over into attributes.
    *lines("markdown"),
    *(place.replace("{}", address) for place in PLACES for address in ADDRESSES),
]
