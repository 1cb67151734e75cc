"""Makes the PDF of a certificate: what stands where, and how large."""

import threading
from datetime import UTC
from functools import cache

import segno
from markupsafe import Markup
from weasyprint.text.ffi import harfbuzz_subset

from courseapp.certificate_document import fonts
from courseapp.certificate_document.certificate import Certificate
from courseapp.certificate_document.page import lay_out, write
from courseapp.certificate_document.text import Text, language, printable, without_short_ends
from courseapp.certificate_document.words import WORDS, written

# WeasyPrint does not say that it may be used by two threads at once.
ONE_AT_A_TIME = threading.Lock()

# Sizes in points, the largest first, and the lines that a text may take in that size.
NAME = (
    *((46, 1), (42, 1), (38, 1), (34, 1), (30, 1), (28, 2), (24, 2), (20, 3), (16, 4)),
    *((13, 5), (10, 7), (8, 8), (6, 11), (4, 16)),
)
COURSE = (
    *((27, 1), (24, 1), (23, 2), (20, 2), (18, 3), (15, 4), (12, 5)),
    *((10, 6), (8, 8), (6, 10), (4, 16)),
)
SIGNATORY = (
    *((16, 1), (14, 1), (12, 1), (11, 2), (9, 3), (7, 4), (5, 6)),
    *((3.5, 8), (2.5, 11), (1.5, 18)),
)
ISSUER = ((16, 1), (13, 1), (11, 1), (9, 2), (7, 2), (5, 3), (4, 4), (3, 6), (2, 8))


class PackagesMissing(RuntimeError):
    """A font or library that certificates need is not here; the message says how to mend it."""


@cache
def check() -> None:
    """Make sure that certificates can be rendered here.

    :raise PackagesMissing: naming the Debian packages to install
    """
    packages = fonts.missing()
    if harfbuzz_subset is None:
        # WeasyPrint would do without, a hundred times as slowly and in other bytes each time.
        packages.insert(0, "libharfbuzz-subset0")
    if packages:
        raise PackagesMissing(
            f"Certificates need {', '.join(packages)}. Install with: "
            f"apt-get install --no-install-recommends {' '.join(packages)}"
        )


def render(certificate: Certificate, credential: bytes | None = None) -> bytes:
    """The PDF, the same bytes for the same certificate with the same fonts and libraries.

    One is rendered at a time, in 60 to 400 ms, in 1.5 s when all its texts are the worst there are.
    Others wait.

    :param credential: attached as credential.json, JSON-LD
    :raise PackagesMissing: see :func:`check`
    """
    check()
    words = WORDS[certificate.language]
    title = printable(certificate.course_title, 300)
    if certificate.language == "pl":
        title = without_short_ends(title)
    signatory = certificate.signatory_name or certificate.issuer_name
    texts = {
        name: Text(text, sizes, language(text, otherwise=certificate.language))
        for name, text, sizes in (
            ("name", printable(certificate.learner_name, 200), NAME),
            ("course", title, COURSE),
            ("signatory", printable(signatory, 200), SIGNATORY),
            ("issuer", printable(certificate.issuer_name, 200), ISSUER),
        )
    }
    issued_at = certificate.issued_at.astimezone(UTC)
    values = {
        "words": words,
        "language": certificate.language,
        "by_instructor": bool(certificate.signatory_name),
        "date": written(certificate.completed_on, certificate.language),
        "issued": f"{issued_at:%Y-%m-%dT%H:%M:%SZ}",
        "issued_on": f"{words['issued']} {written(issued_at.date(), certificate.language)}",
        "code": certificate.code,
        "verify_url": certificate.verify_url,
        "qr": _qr(certificate.verify_url, words["qr"]),
    }
    with ONE_AT_A_TIME:
        return write(lay_out(texts, values), issued_at, credential)


def _qr(address: str, description: str) -> Markup:
    """An SVG, whose text segno escapes."""
    code = segno.make_qr(address, error="m", boost_error=False)
    return Markup(code.svg_inline(title=description, dark="#1c2836", omitsize=True, border=2))
