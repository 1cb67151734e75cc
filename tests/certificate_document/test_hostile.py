"""Whatever people call themselves and their courses: nothing is fetched, and the page stands."""

import contextlib
import io
import socket
import sys
import threading
from dataclasses import replace

import pikepdf
import pytest
from certificate_document.samples import ENGLISH, HUGE
from certificate_document.test_contents import embedded, text_of
from certificate_document.test_looks import WIDTH, difference, drawn
from weasyprint import HTML

from courseapp.certificate_document import render
from courseapp.certificate_document.page import ORNAMENTS

HOSTILE = {
    "an image": '<img src="http://{address}/a.png">',
    "an image at the end of an attribute": "\"><img src='//{address}/b.png'>",
    "a file": '<img src="file:///etc/passwd"><iframe src=file:///etc/passwd>',
    "an attachment": '<link rel=attachment href="file:///etc/passwd">',
    "a stylesheet": "</p><style>@import 'http://{address}/c.css'; * {{display: none}}</style>",
    "a style": "a; background: url(http://{address}/d.png)",
    "a font": "<style>@font-face {{src: url(http://{address}/e)}}</style>",
    "an SVG": "<svg><image href='http://{address}/f'/><use href='file:///etc/passwd#a'/></svg>",
    "an entity": "<!DOCTYPE a [<!ENTITY b SYSTEM 'http://{address}/g'>]>&b;&lt;i&gt;&#60;",
    "a template": "{{{{ 7 * 7 }}}}{{% include '/etc/passwd' %}}${{7*7}}",
    "a base": "<base href='http://{address}/'><meta http-equiv=refresh content=0>",
}
# What a process may take for the worst of them, in seconds and MB. It takes 1.5 and 260.
SECONDS = 10
MEGABYTES = 500


@pytest.fixture
def listener():
    """A server that ought to see nobody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.fixture(scope="module")
def opened():
    """The files and addresses that the thread `opened.by` opens, but for one of WeasyPrint's own.

    That is the colour profile, which it puts into every PDF/A. Other threads belong to the apps of
    other tests.
    """

    class Opened(list):
        by = None

    opened = Opened()

    def note(event, arguments):
        watched = event in ("open", "socket.connect", "urllib.Request", "subprocess.Popen")
        is_it = watched and threading.get_ident() == opened.by
        if is_it and not str(arguments[0]).endswith("weasyprint/pdf/sRGB2014.icc"):
            opened.append((event, arguments))

    sys.addaudithook(note)
    return opened


@contextlib.contextmanager
def watching(opened):
    opened.clear()
    opened.by = threading.get_ident()
    yield
    opened.by = None


@pytest.mark.parametrize("hostile", HOSTILE)
def test_it_is_printed_as_it_is_and_nothing_is_fetched(hostile, listener, opened, documents):
    text = HOSTILE[hostile].format(address="{}:{}".format(*listener.getsockname()))
    certificate = replace(
        ENGLISH, learner_name=text, course_title=text, signatory_name=text, issuer_name=text
    )
    with watching(opened):
        pdf = render(certificate, b"{}")
    assert opened == []
    printed = "".join(text_of(pdf).split()).replace("\N{SOFT HYPHEN}", "")
    assert printed.count("".join(text.split())) >= 2
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert list(document.attachments) == ["credential.json"]
        assert b"root:" not in b"".join(
            one.read_bytes() for one in document.objects if isinstance(one, pikepdf.Stream)
        )


@pytest.mark.parametrize("address", ["http://{}/a", "file:///etc/passwd", "data:text/css,a", "a"])
def test_no_address_is_fetched_even_if_one_came_through(address, listener, opened):
    address = address.format("{}:{}".format(*listener.getsockname()))
    page = f"<html lang=en><title>a</title><link rel=stylesheet href='{address}'>"
    page += f"<img alt=a src='{address}'><link rel=attachment href='{address}'>"
    with watching(opened):
        HTML(string=page, url_fetcher=ORNAMENTS).render()
    assert opened == []
    with pytest.raises(ValueError, match="nothing is fetched"):
        ORNAMENTS(address)


# Where texts may be, in millimetres: in the middle, and on the left above the line for names.
ROOM = [(33, 19, 264, 145), (33, 145, 104, 168)]


def test_no_text_takes_long_or_much_or_leaves_its_room(documents, other_process):
    assert other_process["slowest"] < SECONDS
    assert other_process["megabytes"] < MEGABYTES
    usual = drawn(documents["english"])
    for name in HUGE:
        pdf = (other_process["folder"] / f"{name}.pdf").read_bytes()
        assert all(0 not in glyphs for _, glyphs, _ in embedded(pdf))
        where = difference(drawn(pdf), usual)
        for room in ROOM:
            where.paste(0, tuple(round(edge * WIDTH / 297) for edge in room))
        assert where.getbbox() is None, name
