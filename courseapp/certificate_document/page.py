"""From a template and texts to the bytes of a PDF."""

from datetime import datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from courseapp.certificate_document.text import Text

ASSETS = files(__package__)
VARIANT = "pdf/a-3a"
LINE_HEIGHT = 1.25  # of .fitted in style.css
# Percent of the room by which a text of several lines is made narrower.
NARROWER = 6


class Assets(URLFetcher):
    """Gives WeasyPrint what it is handed, and fetches nothing: no address, no file."""

    def __init__(self, assets: dict[str, tuple[bytes, str]]):
        super().__init__()
        self._assets = assets

    def fetch(self, url, headers=None):
        if url not in self._assets:
            raise ValueError(f"nothing is fetched for a certificate: {url}")
        content, kind = self._assets[url]
        return URLFetcherResponse(url, content, {"Content-Type": kind})


ORNAMENTS = Assets(
    {
        f"courseapp:{name}": (ASSETS.joinpath(name).read_bytes(), "image/svg+xml")
        for name in ("frame.svg", "ornament.svg")
    }
)
TEMPLATE = Environment(autoescape=True, undefined=StrictUndefined).from_string(
    ASSETS.joinpath("template.html").read_text("utf-8")
)


@cache
def _style() -> tuple[CSS, FontConfiguration]:
    fonts = FontConfiguration()
    return CSS(
        string=ASSETS.joinpath("style.css").read_text("utf-8"),
        url_fetcher=ORNAMENTS,
        font_config=fonts,
    ), fonts


def lay_out(texts: dict[str, Text], values: dict) -> Document:
    """The page, with each of `texts` as large as there is room for it, in lines of like length.

    Most fit at once. Others take a layout for some of their sizes, and at most ten to be balanced.
    """
    document = _laid_out(texts, values)
    while crowded := {
        text: lines
        for name, text in texts.items()
        if (lines := _lines(document, name, text)) > text.most_lines and not text.is_smallest
    }:
        for text, lines in crowded.items():
            text.shrink(lines)
        document = _laid_out(texts, values)
    lines = {name: _lines(document, name, text) for name, text in texts.items()}
    ragged = {name: text for name, text in texts.items() if lines[name] > 1}
    for name, text in ragged.items():
        text.width = 100 * (lines[name] - 1) // lines[name]
    while ragged:
        document = _laid_out(texts, values)
        ragged = {
            name: text
            for name, text in ragged.items()
            if text.width < 100 and _lines(document, name, text) > lines[name]
        }
        for text in ragged.values():
            text.width = min(100, text.width + NARROWER)
    return document


def _laid_out(texts: dict[str, Text], values: dict) -> Document:
    style, fonts = _style()
    html = HTML(string=TEMPLATE.render(**texts, **values), url_fetcher=ORNAMENTS)
    return html.render(stylesheets=[style], font_config=fonts, pdf_variant=VARIANT)


def _lines(document: Document, name: str, text: Text) -> int:
    """How many lines a text takes; one more than it may if it did not even fit the page."""
    if name not in (anchors := document.pages[0].anchors):
        return text.most_lines + 1
    _, top, _, bottom = anchors[name]
    return round((bottom - top) * 0.75 / text.size / LINE_HEIGHT)


def write(document: Document, issued_at: datetime, credential: bytes | None) -> bytes:
    """The bytes of the PDF, in which no clock but `issued_at` shows."""
    attachments = []
    if credential is not None:
        assets = Assets({"courseapp:credential.json": (credential, "application/ld+json")})
        attachments = [
            Attachment(
                url="courseapp:credential.json",
                url_fetcher=assets,
                name="credential.json",
                description="The certificate for machines, signed by its issuer",
                created=issued_at,
                modified=issued_at,
                relationship="Alternative",
            )
        ]
    return document.write_pdf(
        pdf_variant=VARIANT, attachments=attachments, finisher=_list_attachment_once
    )


def _list_attachment_once(document: Document, pdf) -> None:
    # WeasyPrint 70 lists each twice.
    if "AF" in pdf.catalog:
        del pdf.catalog["AF"][1:]
