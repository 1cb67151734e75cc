"""Certificates as Open Badges 3.0 credentials, and the lists of those that do not count any more.

Signed with Data Integrity (eddsa-rdfc-2022). The same data give the same bytes. Nothing is
fetched: the library has the JSON-LD contexts that are used here, and refuses others. Only the
worker imports this file, for 20 MB. docs/credentials.md says what is in a credential, and how
somebody verifies it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openbadgeslib.ob3 import (
    Achievement,
    IdentityObject,
    Issuer,
    OB3LdpSigner,
    OpenBadgeCredential,
    add_data_integrity_proof,
    build_status_list_credential,
    status_entry,
)

from courseapp.credential_keys import LIST_SIZE, issuer_of

# What one did to earn it, by the certificate's language. Never the title: it is Markdown there.
_CRITERIA = {
    "en": "Completed every lesson of the course.",
    "pl": "Ukończenie wszystkich lekcji kursu.",
}

# Control characters that our canonicaliser (pyld 3.3) and others write in different ways, so that
# nobody could verify what has them. They show nothing.
_UNSIGNABLE = dict.fromkeys({*range(0x20), 0x7F} - set(map(ord, "\t\n\r")), "\ufffd")


class Signer:
    """Signs with a key.

    :ivar issuer: its did:key
    """

    def __init__(self, key: bytes):
        """:param key: the setting CREDENTIAL_KEY"""
        self.issuer = issuer_of(key)
        self._method = f"{self.issuer}#{self.issuer.removeprefix('did:key:')}"
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self._badges = OB3LdpSigner(self._key, verification_method=self._method)

    def sign_badge(self, badge: OpenBadgeCredential, at: datetime) -> bytes:
        """The credential with its proof, as JSON.

        :raise ErrorSigningFile: if it holds what no proof would cover
        """
        return _json(self._badges.sign(badge, created=at))

    def sign(self, document: dict[str, Any], at: datetime) -> bytes:
        """Any other credential with its proof, as JSON."""
        return _json(add_data_integrity_proof(document, self._key, self._method, created=at))


@dataclass(frozen=True, kw_only=True)
class Completion:
    """What a certificate says, as it was when it was issued."""

    certificate_id: int
    learner_name: str
    course_id: int
    course_title: str
    language: str  # "en" or "pl"
    completed_on: date
    issued_at: datetime  # aware; whole seconds are kept
    issuer_name: str  # of the platform
    verify_url: str  # the certificate's public page, its code in it: the credential's id
    public_url: str  # of the service


def make_credential(signer: Signer, completion: Completion) -> bytes:
    """The signed credential of a certificate: JSON in UTF-8.

    It has the learner's name and nothing else of theirs: no address, and no id that would tie two
    of their credentials together. A control character becomes U+FFFD.

    :raise ErrorSigningFile: if it holds what no proof would cover, such as a URL that is none
    """
    one = completion
    learner, title, issuer = (
        text.translate(_UNSIGNABLE)
        for text in (one.learner_name, one.course_title, one.issuer_name)
    )
    list_id, index = divmod(one.certificate_id, LIST_SIZE)
    badge = _Badge(
        id=one.verify_url,
        name=title,
        issuer=Issuer(signer.issuer, issuer, url=one.public_url),
        recipient_id=f"{one.verify_url}#learner",
        identifiers=[IdentityObject(learner, "name", hashed=False)],
        achievement=Achievement(
            id=f"{one.public_url}/api/v1/courses/{one.course_id}",
            name=title,
            description=title,
            criteria_narrative=_CRITERIA[one.language],
            achievement_type="CertificateOfCompletion",
        ),
        issuance_date=one.issued_at,
        credential_status=[
            status_entry(status_list_url(one.public_url, list_id), "revocation", index)
        ],
        completed_on=one.completed_on,
        language=one.language,
    )
    return signer.sign_badge(badge, one.issued_at)


def status_list_url(public_url: str, list_id: int) -> str:
    """Where a status list is published."""
    return f"{public_url}/api/v1/credentials/status/{list_id}"


def make_status_list(
    signer: Signer, url: str, revoked: Iterable[int], issued_at: datetime
) -> bytes:
    """The signed list of what does not count any more: JSON in UTF-8.

    :param url: where it is published, as the credentials have it
    :param revoked: places in the list, from 0 to LIST_SIZE - 1
    :raise ValueError: for a place that is not in it
    """
    document = build_status_list_credential(
        signer.issuer, url, "revocation", revoked, size_bits=LIST_SIZE, issued=issued_at
    )
    return signer.sign(document, issued_at)


@dataclass
class _Badge(OpenBadgeCredential):
    """With what Open Badges has a term for, and the library no field."""

    completed_on: date = field(kw_only=True)
    language: str = field(kw_only=True)

    def to_vc(self) -> dict[str, Any]:
        """The credential without its proof."""
        document = super().to_vc()
        subject = document["credentialSubject"]
        # The schema wants a time with the day.
        subject["activityEndDate"] = f"{self.completed_on.isoformat()}T00:00:00Z"
        subject["achievement"]["inLanguage"] = self.language
        return document


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
