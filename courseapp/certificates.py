"""Certificates: issuing, revoking and replacing them. The worker makes their files."""

import secrets

from flask import current_app
from psycopg import Connection

from courseapp.credential_keys import LIST_SIZE
from courseapp.db import connection, queries
from courseapp.errors import Problem
from courseapp.jobs import defer

BATCH = 1000


def new_code() -> str:
    """128 random bits as base64url: who has it can verify the certificate."""
    return secrets.token_urlsafe(16)


def public_url() -> str:
    """Where the world reaches the service.

    :raise Problem: `certificates_not_configured`
    """
    url = current_app.config["PUBLIC_URL"]
    if not url:
        raise Problem("certificates_not_configured")
    return url


def issue(user_id: int, course_id: int) -> tuple[bool, bytes]:
    """Issue a learner's certificate for a course, once.

    :return: whether it is new, and json Certificate
    :raise Problem: `not_completed` with the lessons that are missing, `certificate_revoked`,
        `not_enrolled` or `not_found`
    """
    url = public_url()
    with connection() as conn:
        outcome, certificate_id, missing = queries.certificates.issue_certificate(
            conn, user_id=user_id, course_id=course_id, code=new_code()
        )
        if outcome not in ("issued", "existing"):
            raise Problem(outcome, errors=_lessons(missing))
        body = queries.certificates.get_certificate(
            conn, user_id=user_id, certificate_id=certificate_id, public_url=url
        )
    return outcome == "issued", body


def _lessons(missing: list[dict] | None) -> list[dict] | None:
    return missing and [
        {
            "location": "course",
            "field": f"lessons.{lesson['id']}",
            "message": f"Not completed: {lesson['title']}",
        }
        for lesson in missing
    ]


def revoke(conn: Connection, actor_id: int, user_id: int, certificate_id: int, reason: str) -> str:
    """Say that a certificate does not count any more; the outcome. Again, it changes nothing."""
    with conn.transaction():
        outcome = queries.certificates.revoke_certificate(
            conn, actor_id=actor_id, user_id=user_id, certificate_id=certificate_id, reason=reason
        )
        if outcome == "ok":
            _defer_status_list(conn, certificate_id)
    return "ok" if outcome == "unchanged" else outcome or "not_found"


def reissue(
    conn: Connection, actor_id: int, user_id: int, certificate_id: int, reason: str | None
) -> tuple[str, int | None]:
    """Put another certificate in the place of one; the outcome and the new one's id.

    :param reason: an admin's; without one the learner must have another name now
    """
    with conn.transaction():
        row = queries.certificates.reissue_certificate(
            conn,
            actor_id=actor_id,
            user_id=user_id,
            certificate_id=certificate_id,
            code=new_code(),
            reason=reason,
        )
        outcome, new_id = row or ("not_found", None)
        if outcome == "ok":
            _defer_status_list(conn, certificate_id)
    return outcome, new_id


def requeue_lost(conn: Connection) -> int:
    """Leave it to the worker once more to make files that nobody is making; how many."""
    jobs = 0
    while found := queries.certificates.requeue_lost(conn, batch=BATCH):
        jobs += found
    return jobs


def _defer_status_list(conn: Connection, certificate_id: int) -> None:
    """Have it published that a certificate does not count any more, if it is a credential, too."""
    list_id = certificate_id // LIST_SIZE
    defer(
        conn,
        "publish_status_list",
        queue="certificates",
        lock=f"publish_status_list:{list_id}",
        list_id=list_id,
    )
