"""What stands on the page: everything, in letters that the page's own fonts have."""

import io
import unicodedata
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from certificate_document.samples import ENGLISH, SAMPLES
from fontTools.ttLib import TTFont

from courseapp.certificate_document import fonts, render

A4_LANDSCAPE = (297 / 25.4 * 72, 210 / 25.4 * 72)


def text_of(pdf):
    """What a reader finds on the page, with single spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(document[0].get_textpage().get_text_range().split())


def embedded(pdf):
    """(font program, the glyphs that the page draws with it, its widths) of every font."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        used = {name: set() for name in page.resources.Font}
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                name = operands[0]
            for shown in operands[0] if str(operator) == "TJ" else operands:
                if str(operator) in ("TJ", "Tj") and isinstance(shown, pikepdf.String):
                    codes = bytes(shown)
                    pairs = zip(codes[::2], codes[1::2], strict=True)
                    used[name] |= {high << 8 | low for high, low in pairs}
        for name, glyphs in used.items():
            font = page.resources.Font[name]
            assert font.Encoding == "/Identity-H"
            [descendant] = font.DescendantFonts
            program = descendant.FontDescriptor.get("/FontFile3")
            program = program or descendant.FontDescriptor.FontFile2
            yield TTFont(io.BytesIO(program.read_bytes())), glyphs, widths(descendant.W)


def widths(array):
    """{glyph: width in thousandths} of a font's /W, which is [first [width, …], first …]."""
    pairs = zip(array[::2], array[1::2], strict=True)
    return {int(first) + i: int(one) for first, many in pairs for i, one in enumerate(many)}


def test_it_is_one_a4_page_that_lies(documents, sample):
    with pypdfium2.PdfDocument(documents[sample]) as document:
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx(A4_LANDSCAPE, abs=0.01)


def test_every_glyph_is_in_the_embedded_font_and_as_wide_as_said(documents, sample):
    found = list(embedded(documents[sample]))
    assert found
    for font, glyphs, said in found:
        assert 0 not in glyphs, "a letter that the font does not have"
        order, metrics, em = font.getGlyphOrder(), font["hmtx"], font["head"].unitsPerEm
        for glyph in glyphs:
            assert abs(metrics[order[glyph]][0] * 1000 / em - said[glyph]) <= 1


def test_everything_can_be_read_and_copied(documents, sample):
    certificate, text = SAMPLES[sample], text_of(documents[sample])
    for value in (certificate.code, certificate.verify_url, certificate.issuer_name):
        assert value.casefold() in text.casefold()
    names = certificate.learner_name + certificate.course_title + (certificate.signatory_name or "")
    # Between letters written from the right, one bracket is drawn as the other.
    assert {*names} - {*text, *"("} == set()
    if sample in ("english", "polish", "greek", "chinese"):
        assert certificate.learner_name in text
    if sample != "arabic":
        assert certificate.course_title in text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Certificate of Completion", "24 November 2026", "Issued on 25 November 2026"]),
        (
            "pl",
            ["Certyfikat ukończenia", "24 listopada 2026 r.", "Wystawiono 25 listopada 2026 r."],
        ),
    ],
)
def test_it_speaks_its_language(language, words):
    text = text_of(render(replace(ENGLISH, language=language)))
    assert [word for word in words if word not in text] == []


def test_the_issuer_signs_where_there_is_no_instructor(documents):
    assert "Northwind Academy issued by" in text_of(documents["without a signatory"])
    assert "Grace Hopper course instructor" in text_of(documents["english"])


def test_whatever_the_fonts_can_write_is_written():
    """One in a hundred of their characters, of every script, next to each other."""
    characters = [chr(code) for code, has in enumerate(fonts.characters()) if has]
    letters = [one for one in characters if unicodedata.category(one) != "Co"]
    assert len(letters) > 70_000
    for start in range(0, len(letters[::100]), 480):
        some = "".join(letters[::100][start : start + 480])
        pdf = render(replace(ENGLISH, learner_name=some[:200], course_title=some[200:]))
        assert all(0 not in glyphs for _, glyphs, _ in embedded(pdf))


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Ada\u202e Love\u2066lace\u200f", "Ada Lovelace"),
        ("  Ada\n\tLovelace\u3000", "Ada Lovelace"),
        ("Ada \U0001fae0", "Ada"),
        ("\ue000 \U0010ffff 𪚥", "� � �"),
        ("\u202e\x07\ufeff", "—"),
        ("", "—"),
    ],
)
def test_what_paper_cannot_show_is_left_out_or_marked(name, printed):
    text = text_of(render(replace(ENGLISH, learner_name=name)))
    assert f"This certificate is awarded to {printed} for completing the course" in text


def test_characters_have_the_forms_of_their_language():
    """直 is written in other ways in Japan, Korea and China; 葛 has variants in Japan."""
    drawn = {
        frozenset(font["name"].getDebugName(4) for font, _, _ in embedded(pdf))
        for name in ("直樹 なおき", "김直樹", "直树")
        if (pdf := render(replace(ENGLISH, learner_name=name)))
    }
    assert len(drawn) == 3
    variants = ("葛", "葛\U000e0100")
    glyphs = [
        sorted(map(sorted, (glyphs for _, glyphs, _ in embedded(pdf))))
        for name in variants
        if (pdf := render(replace(ENGLISH, learner_name=name + "ん")))
    ]
    assert glyphs[0] != glyphs[1]
