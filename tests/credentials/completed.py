"""Certificates to make credentials of."""

import json
from datetime import UTC, date, datetime

from courseapp.credentials import Completion, make_credential, make_status_list, status_list_url

PUBLIC_URL = "https://api.example.com"
CODE = "kM3xZ0aQ7tRv9LwBnY2c5g"
ISSUED_AT = datetime(2026, 11, 20, 12, 30, 5, 678_901, tzinfo=UTC)


def completion(**fields):
    """A certificate's data; `fields` are other than usual."""
    usual = {
        "certificate_id": 200_001,
        "learner_name": "Ada Lovelace",
        "course_id": 7,
        "course_title": "Python from Zero",
        "language": "en",
        "completed_on": date(2026, 11, 19),
        "issued_at": ISSUED_AT,
        "issuer_name": "Example Courses",
        "verify_url": f"{PUBLIC_URL}/api/v1/certificates/verify/{CODE}",
        "public_url": PUBLIC_URL,
    }
    return Completion(**usual | fields)


def credential(signer, **fields):
    """A signed one, read."""
    return json.loads(make_credential(signer, completion(**fields)))


def status_list(signer, *revoked, list_id=1):
    """A signed one, read. List 1 has the place of the usual certificate."""
    url = status_list_url(PUBLIC_URL, list_id)
    return json.loads(make_status_list(signer, url, revoked, ISSUED_AT))
