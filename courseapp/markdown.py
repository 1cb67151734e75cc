"""What authors write in Markdown -> HTML that is safe to show. docs/markdown.md says what it takes.

Two layers that do not rely on each other: the parser takes no HTML, and addresses of SCHEMES only;
an HTML5 parser then reads what it made and keeps what ALLOWED names.
"""

import logging
import re
from html import escape
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.rules_core import StateCore

from courseapp import markdown_limits

log = logging.getLogger(__name__)

# One more whenever a text gives other HTML than before: `flask courses render` renders it anew.
VERSION = 1

_BARE = "p br hr h1 h2 h3 h4 h5 h6 blockquote pre em strong s ul li table thead tbody tr"
# Element -> its attributes. Links have `rel`, too, which is always REL.
ALLOWED: dict[str, set[str]] = {name: set() for name in _BARE.split()} | {
    "a": {"href", "title"},
    "code": {"class"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
REL = "nofollow noopener noreferrer"
SCHEMES = {"http", "https", "mailto"}

_ADDRESS = re.compile(r"https?://[^/\\]|mailto:.", re.IGNORECASE)
_IMAGE = re.compile(r"https://[^/\\]", re.IGNORECASE)
_ALIGN = re.compile(r"(left|center|right)\Z")
_VALUES = {
    ("a", "href"): _ADDRESS,
    ("code", "class"): re.compile(r"language-[\w+#.-]{1,50}\Z", re.ASCII),
    ("img", "src"): _IMAGE,
    ("ol", "start"): re.compile(r"[0-9]{1,9}\Z"),
    ("td", "align"): _ALIGN,
    ("th", "align"): _ALIGN,
}
# JSON can say them; no encoding and no database has them.
_SURROGATES = re.compile("[\ud800-\udfff]")


class Rendered(NamedTuple):
    """HTML, and the version of the rules that made it, to be stored together."""

    html: str
    version: int


def rendered(text: str) -> Rendered:
    """`text` as HTML, and VERSION."""
    return Rendered(render(text), VERSION)


def render(text: str) -> str:
    """`text` as HTML that any page may show; the same until VERSION changes. Never raises.

    Takes half a second at most: a text beyond the limits comes back as it was typed, in
    `<pre><code>`.
    """
    text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    try:
        html = sanitise(_PARSER.render(text))
        if len(html) <= markdown_limits.longest(text):
            return html
    except markdown_limits.TooMuchError:
        pass
    except Exception:
        # An error of the parser: nobody who saves a text could do anything about it.
        log.exception("a text of %d characters cannot be rendered", len(text))
    return sanitise(f"<pre><code>{escape(text)}</code></pre>\n")


def sanitise(html: str) -> str:
    """What of `html` ALLOWED names; scripts and styles are gone, of all else the text stays."""
    return _CLEANER.clean(html)


def _normalize(address: str) -> str:
    """`address` as URLs are written; what is refused anyway is left as it is, which is faster."""
    return normalizeLink(address) if _ADDRESS.match(address) else address


def _show_images_of_https_only(state: StateCore) -> None:
    """All others become the words that describe them."""
    words = state.md.renderer.renderInlineAsText
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "image" and not _IMAGE.match(child.attrs["src"]):
                child.content = words(child.children, state.md.options, state.env)
                child.type, child.tag, child.attrs, child.children = "text", "", {}, None


def _align_without_style(state: StateCore) -> None:
    for token in state.tokens:
        if style := token.attrs.pop("style", None):
            token.attrs["align"] = style.removeprefix("text-align:")


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline"])
    parser.normalizeLink = _normalize
    parser.validateLink = lambda address: bool(_ADDRESS.match(address))
    parser.core.ruler.push("images", _show_images_of_https_only)
    parser.core.ruler.push("align", _align_without_style)
    markdown_limits.install(parser)
    # It compiles its rules when it first needs them, which two threads must not do at once.
    parser.render("- *a*\n\n> b")
    return parser


def _keep(element: str, attribute: str, value: str) -> str | None:
    """Of what ALLOWED names, only values that the parser makes."""
    pattern = _VALUES.get((element, attribute))
    return value if pattern is None or pattern.match(value) else None


_PARSER = _make_parser()
_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED),
    # The star is for all elements; without it they keep `title` and `lang`.
    attributes={element: names for element, names in ALLOWED.items() if names} | {"*": set()},
    attribute_filter=_keep,
    link_rel=REL,
    url_schemes=SCHEMES,
    url_relative="deny",
)
