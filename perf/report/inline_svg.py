"""A Matplotlib figure as SVG within a page, in the colours that the page has for light and dark."""

import io
import re
from xml.etree import ElementTree

from matplotlib.figure import Figure

# Drawn in these, which the page's style sheet has as variables, with others for dark pages.
COLOURS = {
    "ink": "#1a1a19",
    "faint": "#8a8984",
    "grid": "#e3e2dd",
    "bad": "#c8102e",
    # Told apart by colour-blind readers, too; dashes help where they are many.
    "series1": "#1f6fd1",
    "series2": "#d9730d",
    "series3": "#0f8f63",
    "series4": "#8a4fbf",
    "series5": "#a8790a",
    "series6": "#0d8fa8",
    "series7": "#b8408f",
    "series8": "#5c6b7a",
}
SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"


def inline_svg(figure: Figure, title: str, description: str) -> str:
    """The figure as SVG that stands in HTML: no address, no identifier that another chart has.

    :param description: what the picture says, for who does not see it
    """
    file = io.StringIO()
    figure.savefig(file, format="svg", transparent=True)
    root = ElementTree.fromstring(file.getvalue())
    for parent in list(root.iter()):
        for child in list(parent):
            # Who made it when, with addresses; and a style that would be the whole page's.
            if child.tag in (f"{SVG}metadata", f"{SVG}style"):
                parent.remove(child)
        # In HTML neither needs its namespace.
        parent.tag = parent.tag.removeprefix(SVG)
        if f"{XLINK}href" in parent.attrib:
            parent.set("href", parent.attrib.pop(f"{XLINK}href"))
        # Those of groups would be there once a chart; what is referred to has unique ones.
        if parent.tag == "g":
            parent.attrib.pop("id", None)
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.set("role", "img")
    root.insert(0, _element("desc", description))
    root.insert(0, _element("title", title))
    text = ElementTree.tostring(root, encoding="unicode")
    # The page has a font; one text need not list ten.
    text = re.sub(r"font-family: [^;\"]*;? ?", "", text)
    names = {colour: f"var(--{name})" for name, colour in COLOURS.items()}
    return re.sub(r"#[0-9a-f]{6}\b", lambda found: names.get(found[0], found[0]), text)


def _element(tag: str, text: str) -> ElementTree.Element:
    element = ElementTree.Element(tag)
    element.text = text
    return element
