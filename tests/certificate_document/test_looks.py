"""Pages look as somebody has approved, and their QR code leads to where they are verified.

After a change that is meant, `APPROVE=1 .venv/bin/pytest tests/certificate_document` makes the
images anew. Look at each of them before they are committed.
"""

import os
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from certificate_document.samples import ENGLISH, SAMPLES
from PIL import Image, ImageChops

from courseapp.certificate_document import render
from courseapp.config import CHECKOUT

APPROVED = Path(__file__).parent / "approved"
WIDTH = 1200
# So many pixels may differ by more than two fifths of what white differs from black: another
# version of a library rounds an edge in another way. An accent of the name is more than that.
PIXELS = 30
CONTRAST = 100


def drawn(pdf):
    """The first page as an image."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        return page.render(scale=WIDTH / page.get_width()).to_pil().convert("RGB")


def approved(name):
    """Where the image of a sample is. That of the English one is in the documentation, too."""
    if name == "english":
        return CHECKOUT / "docs/images/certificate.png"
    return APPROVED / f"{name.replace(' ', '-')}.png"


def difference(image, other):
    """White where two images differ."""
    strongest = ImageChops.difference(image, other).split()
    strongest = ImageChops.lighter(ImageChops.lighter(*strongest[:2]), strongest[2])
    return strongest.point(lambda value: 255 if value > CONTRAST else 0)


def differing(image, name):
    """How many pixels differ from the approved image, and where they do."""
    where = difference(image, Image.open(approved(name)).convert("RGB"))
    return where.histogram()[255], where


def test_it_looks_as_approved(documents, sample, tmp_path):
    image = drawn(documents[sample])
    if os.environ.get("APPROVE"):
        image.quantize(48, dither=Image.Dither.NONE).save(approved(sample), optimize=True)
    pixels, where = differing(image, sample)
    if pixels > PIXELS:
        image.save(tmp_path / "now.png")
        where.save(tmp_path / "difference.png")
        pytest.fail(f"{pixels} pixels differ: see {tmp_path} and {approved(sample)}")


@pytest.mark.parametrize(
    ("sample", "change"),
    [
        ("polish", {"learner_name": "Łucja Środka-Źdźbłowska"}),
        ("arabic", {"signatory_name": "فاطمة الزهراء."}),
        ("chinese", {"learner_name": "李小龙"}),
    ],
)
def test_a_difference_of_one_character_is_seen(sample, change):
    pixels, _ = differing(drawn(render(replace(SAMPLES[sample], **change))), sample)
    assert pixels > PIXELS


def test_the_qr_code_leads_to_the_address(documents, sample):
    [code] = zxingcpp.read_barcodes(drawn(documents[sample]).convert("L"))
    assert code.text == SAMPLES[sample].verify_url


def test_a_long_address_fits_its_code():
    address = f"https://{'long-' * 40}.example.com/certificates/{ENGLISH.code}"
    [code] = zxingcpp.read_barcodes(drawn(render(replace(ENGLISH, verify_url=address))))
    assert code.text == address
