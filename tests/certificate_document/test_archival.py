"""The page keeps what PDF/A-3a and its readers ask for, as another library reads it.

The rules are those of ISO 19005-3 that a page like this one can break; validators of all of them
need Java and are not among the dependencies.
"""

import io
import xml.etree.ElementTree as ElementTree

import pikepdf
import pytest
from certificate_document.samples import SAMPLES

from courseapp.certificate_document import render

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
DRAWING = {"Tj", "TJ", "f", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh", "INLINE IMAGE"}
FORBIDDEN = {"/JS", "/JavaScript", "/Launch", "/XFA", "/OpenAction", "/AA", "/Encrypt", "/Sound"}


@pytest.fixture
def document(documents, sample):
    with pikepdf.open(io.BytesIO(documents[sample])) as document:
        yield document


def elements(element):
    """The structure elements below one, in the order of reading."""
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def test_it_declares_the_standard_and_what_it_is(document, sample):
    metadata = ElementTree.fromstring(document.Root.Metadata.read_bytes())
    declared = {name: value for one in metadata.iter() for name, value in one.attrib.items()}
    assert declared[f"{PDFA}part"] == "3"
    assert declared[f"{PDFA}conformance"] == "A"
    title = "".join(metadata.find(f".//{DUBLIN_CORE}title").itertext())
    assert SAMPLES[sample].learner_name in title
    assert title == str(document.docinfo.Title)
    assert metadata.find(f".//{XMP}CreateDate").text == "2026-11-25T08:05:00Z"
    assert str(document.docinfo.CreationDate) == "D:20261125080500Z"
    assert document.Root.Lang == SAMPLES[sample].language
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert len(document.trailer.ID) == 2


def test_colours_mean_what_the_profile_says(document):
    [intent] = document.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.N == 3
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"


def test_fonts_are_embedded_with_what_their_glyphs_mean(document):
    for font in document.pages[0].resources.Font.values():
        assert font.ToUnicode.read_bytes()
        [descendant] = font.DescendantFonts
        assert {"/FontFile2", "/FontFile3"} & descendant.FontDescriptor.keys()


def test_nothing_is_forbidden(document):
    names = set()
    for found in document.objects:
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            names |= set(found.keys()) | {str(found.get("/S"))}
            assert found.get("/Filter") in (None, "/FlateDecode")
    assert names & FORBIDDEN == set()
    for link in document.pages[0].Annots:
        assert link.Subtype == "/Link"
        assert link.F == 4, "printed, and not hidden"


def test_whatever_is_drawn_is_tagged_or_an_ornament(document):
    marked, tagged = [], set()
    for operands, operator in pikepdf.parse_content_stream(document.pages[0]):
        if str(operator) in ("BMC", "BDC"):
            marked.append(str(operands[0]))
            if "/MCID" in (properties := operands[1] if len(operands) > 1 else {}):
                tagged.add(int(properties["/MCID"]))
        elif str(operator) == "EMC":
            marked.pop()
        elif str(operator) in DRAWING:
            assert marked, f"{operator} is neither"
    [root] = document.Root.StructTreeRoot.K
    numbers = [kid for one in elements(root) for kid in one.get("/K", []) if isinstance(kid, int)]
    assert sorted(numbers) == sorted(tagged)
    assert document.Root.MarkInfo.Marked


def test_it_is_read_in_order_and_the_code_is_described(document, sample):
    [root] = document.Root.StructTreeRoot.K
    found = [str(one.S) for one in elements(root)]
    assert [one for one in found if one.startswith("/H")] == ["/H1", "/H2", "/H3"]
    [figure] = [one for one in elements(root) if one.S == "/Figure"]
    assert "QR" in str(figure.Alt)


def test_the_credential_is_attached(document, sample):
    _, [listed] = document.Root.Names.EmbeddedFiles.Names, document.Root.AF
    assert document.Root.Names.EmbeddedFiles.Names[1] == listed
    assert (listed.F, listed.UF) == ("credential.json", "credential.json")
    assert listed.AFRelationship == "/Alternative"
    content = listed.EF.F
    assert content.read_bytes() == b'{"id": 1}'
    assert content.Subtype == "/application/ld+json"
    assert str(content.Params.ModDate) == "D:20261125080500Z"


def test_without_a_credential_nothing_is_attached():
    with pikepdf.open(io.BytesIO(render(SAMPLES["english"]))) as document:
        assert "/AF" not in document.Root
        assert not document.attachments
