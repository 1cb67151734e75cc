"""The page that says whether a certificate counts, for whoever follows its QR code."""

import unicodedata

from flask import Response, render_template

HTML = "text/html; charset=utf-8"
_HEADERS = {
    "Cache-Control": "no-cache",
    "Vary": "Accept",
    # Names belong to those who were shown the code.
    "X-Robots-Tag": "noindex",
}
_WORDS = {
    "en": {
        "title": "Certificate",
        "valid": "This certificate is valid",
        "revoked": "This certificate was revoked",
        "replaced": "This certificate was replaced by a newer one",
        "unknown": "No certificate has this code",
        "unknown_detail": "Compare it with the one on the certificate: capital and small letters"
        " differ.",
        "awarded_to": "Awarded to",
        "course": "for completing the course",
        "completed_on": "Completed on",
        "issued_at": "Issued on",
        "revoked_at": "Revoked on",
        "replaced_at": "Replaced on",
        "signatory": "Course instructor",
        "issuer": "Issued by",
        "code": "Code",
    },
    "pl": {
        "title": "Certyfikat",
        "valid": "Ten certyfikat jest ważny",
        "revoked": "Ten certyfikat został unieważniony",
        "replaced": "Ten certyfikat został zastąpiony nowszym",
        "unknown": "Żaden certyfikat nie ma tego kodu",
        "unknown_detail": "Porównaj go z kodem na certyfikacie: wielkie i małe litery się różnią.",
        "awarded_to": "Otrzymuje",
        "course": "za ukończenie kursu",
        "completed_on": "Ukończono",
        "issued_at": "Wystawiono",
        "revoked_at": "Unieważniono",
        "replaced_at": "Zastąpiono",
        "signatory": "Prowadzenie kursu",
        "issuer": "Wystawca",
        "code": "Kod",
    },
}


# Accents on one letter; more of them run over the lines above.
_MOST_MARKS = 6
_JOINERS = "\u200c\u200d"


def _shown(text: str | None) -> str | None:
    """A text without what turns letters round or hides them, as on the certificate itself."""
    if text is None:
        return None
    shown, marks = [], 0
    for letter in text:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind.startswith("M") else 0
        if marks <= _MOST_MARKS and (kind not in ("Cc", "Cf") or letter in _JOINERS):
            shown.append(letter)
    return "".join(shown)


def certificate_page(certificate: dict | None, issuer: str) -> Response:
    """The page, in the certificate's language.

    :param certificate: a CertificateVerification, or None for an unknown code (404)
    :param issuer: the name of the platform
    """
    language = certificate["language"] if certificate else "en"
    if certificate:
        names = ("learner_name", "course_title", "signatory_name")
        certificate = certificate | {name: _shown(certificate[name]) for name in names}
    html = render_template(
        "certificate.html",
        certificate=certificate,
        issuer=issuer,
        language=language,
        words=_WORDS[language],
    )
    status = 200 if certificate else 404
    return Response(html, status, _HEADERS, content_type=HTML)
