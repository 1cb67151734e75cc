"""Reads HTML as a browser does and says what in it is not harmless. Knows the rules by itself."""

import re
import xml.etree.ElementTree as ElementTree

import tinyhtml5
from selectolax.lexbor import LexborHTMLParser

PLAIN = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"),
    *("em", "strong", "s", "ul", "li", "table", "thead", "tbody", "tr"),
}
ADDRESS = r"(?i:https?://[^\x00-\x20\\/][^\x00-\x20]*|mailto:[^\x00-\x20]+)"
IMAGE = r"(?i:https://[^\x00-\x20\\/][^\x00-\x20]*)"
ANYTHING = r"(?s:.*)"
# Element -> attribute -> what its whole value looks like.
ATTRIBUTES = {name: {} for name in PLAIN} | {
    "a": {"href": ADDRESS, "title": ANYTHING, "rel": "nofollow noopener noreferrer"},
    "code": {"class": r"language-[A-Za-z0-9_+#.-]{1,50}"},
    "img": {"src": IMAGE, "alt": ANYTHING, "title": ANYTHING},
    "ol": {"start": "[0-9]{1,9}"},
    "td": {"align": "left|center|right"},
    "th": {"align": "left|center|right"},
}
REQUIRED = {"a": {"rel"}}
# Where a page may put it, and whether the page runs scripts, which changes how it is read.
PLACES = [
    {"is_fragment": True, "scripting": True},
    {"is_fragment": True, "scripting": False},
    {"is_fragment": True, "fragment_tag": "td"},
    {"is_fragment": False, "scripting": True},
]
# What a page has around it.
FRAME = {"html", "head", "body"}
XHTML = "{http://www.w3.org/1999/xhtml}"


def complaints(html):
    """What is wrong with it, as sentences; none if it is harmless."""
    found = []
    for place in PLACES:
        tree = LexborHTMLParser(html, **place)
        found += _about_elements(_lexbor_elements(tree, place["is_fragment"]))
        if any(node.is_comment_node for node in _nodes(tree)):
            found.append("there is a comment")
    found += _about_elements(_second_opinion(html))
    once = serialised(html)
    if serialised(once) != once:
        found.append("it is read as something else after it was read and written")
    return sorted(set(found))


def serialised(html):
    """The same HTML as an HTML5 parser writes what it has read."""
    return LexborHTMLParser(html, is_fragment=True).html or ""


def _nodes(tree):
    return tree.root.traverse(include_text=True) if tree.root else ()


def _lexbor_elements(tree, is_fragment):
    for node in _nodes(tree):
        if node.is_element_node and (is_fragment or node.tag not in FRAME):
            yield node.tag, node.attributes


def _second_opinion(html):
    """Another parser, which tells HTML from SVG and MathML."""
    for element in tinyhtml5.parse(f"<!doctype html><div>{html}</div>").iter():
        name = "a comment" if element.tag is ElementTree.Comment else element.tag
        name = name.removeprefix(XHTML)
        if name not in {*FRAME, "div"}:
            yield name, element.attrib


def _about_elements(elements):
    for name, attributes in elements:
        if name not in ATTRIBUTES:
            yield f"{name} is not allowed"
            continue
        for attribute, value in attributes.items():
            pattern = ATTRIBUTES[name].get(attribute)
            if pattern is None:
                yield f"{attribute} of {name} is not allowed"
            elif not re.fullmatch(pattern, value or ""):
                yield f"{attribute} of {name} is not allowed to be {value!r}"
        for missing in REQUIRED.get(name, set()).difference(attributes):
            yield f"{name} has no {missing}"
