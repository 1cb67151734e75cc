"""What a certificate says."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Certificate:
    """What a certificate says. Names and titles are as they were, in any script.

    `completed_on` is the learner's own day, `issued_at` aware. Without a signatory, the lead
    instructor, the issuer alone signs. The QR code leads to `verify_url`.
    """

    code: str
    learner_name: str
    course_title: str
    language: str
    completed_on: date
    issued_at: datetime
    signatory_name: str | None
    issuer_name: str
    verify_url: str
