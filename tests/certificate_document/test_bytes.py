"""The same certificate is the same bytes, whichever process renders it and when."""

from concurrent.futures import ThreadPoolExecutor

from certificate_document.samples import ENGLISH, SAMPLES

from courseapp.certificate_document import render


def test_another_process_makes_the_same_bytes_at_another_time(documents, other_process):
    """More than a second later, which is what dates in a PDF can tell: a process starts slowly."""
    for name, pdf in documents.items():
        assert (other_process["folder"] / f"{name}.pdf").read_bytes() == pdf


def test_what_was_rendered_before_leaves_no_trace(documents):
    for sample in ("chinese", "english"):
        assert render(SAMPLES[sample], b'{"id": 1}') == documents[sample]


def test_threads_take_turns(documents):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: render(ENGLISH, b'{"id": 1}'), range(8)))
    assert set(made) == {documents["english"]}
