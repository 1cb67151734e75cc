"""Certificates: for who has completed a course, and for whoever is shown one."""

import json
import re
import unicodedata
from datetime import date
from hashlib import sha256

from flask import Response, current_app, g, request
from psycopg import Connection

from courseapp import auth, certificates
from courseapp.certificate_page import HTML, certificate_page
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.openapi import WAIT, Blueprint
from courseapp.operations import BODY
from courseapp.operations import PUBLIC as PUBLIC_OPERATION
from courseapp.responses import PRIVATE, for_any_site, json_response, kept_file
from courseapp.schemas.certificates import (
    CertificateListSchema,
    CertificateQuerySchema,
    CertificateSchema,
    CertificateTextsSchema,
    ReasonSchema,
    ReissueSchema,
    WaitingSchema,
)

blp = Blueprint("certificates", __name__, url_prefix="/api/v1/certificates", description=__doc__)
_READS = ("unauthenticated", "not_found", "certificates_not_configured", "unavailable")
_CODE = re.compile(r"[A-Za-z0-9_-]{22}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
# A page is rendered in a tenth of that; a failed one needs somebody.
_RETRY_SECONDS = 1
_FAILED_SECONDS = 600
# A learner may take another name three times a day.
_REISSUE_SECONDS = 3600
_REASON_NEEDED = {"location": "json", "field": "reason", "message": "Admins give one."}


@blp.post("/courses/<id:course_id>")
@blp.leads_to("get_certificate", 201, certificate_id="id")
@blp.leads_to("get_certificate_pdf", 201, certificate_id="id")
@blp.leads_to("verify_certificate", 201, code="code")
@auth.required
@blp.response(201, CertificateSchema, description="Issued now")
@blp.alt_response(200, schema=CertificateSchema, description="Was issued already")
@blp.refuses(*_READS, "cross_site", "not_completed", "certificate_revoked", "not_enrolled")
def issue_certificate(course_id):
    """Get the certificate of a course that the caller has completed. Asking again changes nothing.

    It is answered at once; its file is there a moment later, see `pdf_url`.
    """
    is_new, body = certificates.issue(g.caller.user_id, course_id)
    return json_response(body, 201 if is_new else 200)


@blp.get("/me")
@blp.leads_to("get_certificate", certificate_id="items/0/id")
@auth.required
@blp.arguments(CertificateQuerySchema, location="query")
@blp.response(200, CertificateListSchema)
@blp.refuses(
    *("bad_request", "invalid", "unauthenticated", "certificates_not_configured", "unavailable")
)
def list_my_certificates(query):
    """The caller's certificates, newest first; those that were replaced, too."""
    (before_id,) = query["cursor"] or (None,)
    url = certificates.public_url()
    with connection() as conn:
        body = queries.certificates.list_certificates(
            conn,
            user_id=g.caller.user_id,
            before_id=before_id,
            limit=query["limit"],
            public_url=url,
        )
    return json_response(body, cache=PRIVATE)


@blp.get("/<id:certificate_id>")
@blp.leads_to("get_certificate_pdf", certificate_id="id")
@blp.leads_to("verify_certificate", code="code")
@auth.required
@blp.response(200, CertificateSchema)
@blp.refuses(*_READS)
def get_certificate(certificate_id):
    """One of the caller's certificates; any of them for admins."""
    with connection() as conn:
        body = _read(conn, _learner(conn, certificate_id), certificate_id)
    return json_response(body, cache=PRIVATE)


@blp.get("/<id:certificate_id>/pdf")
@auth.required
@blp.file("application/pdf", "The certificate, to keep and to print: PDF/A-3 with its credential")
@blp.alt_response(202, schema=WaitingSchema, headers=WAIT, description="It is being made")
@blp.refuses("unauthenticated", "not_found", "certificate_failed", "unavailable")
def get_certificate_pdf(certificate_id):
    """The certificate as a file; for its learner and admins."""
    with connection() as conn:
        row = queries.certificates.get_file(
            conn,
            user_id=_learner(conn, certificate_id),
            certificate_id=certificate_id,
            known_sha256=_known(),
        )
    if row is None:
        raise Problem("not_found")
    outcome, pdf, digest, course_title, completed_on = row
    if outcome != "ok":
        return _not_yet(outcome)
    name = _file_name(course_title, completed_on, "pdf")
    return kept_file(pdf, digest, "application/pdf", name)


@blp.get("/<id:certificate_id>/credential")
@auth.required
@blp.file("application/vc", "An Open Badges 3.0 credential, signed; application/ld+json within")
@blp.alt_response(202, schema=WaitingSchema, headers=WAIT, description="It is being made")
@blp.refuses(
    *("unauthenticated", "not_found", "credentials_not_configured"),
    *("certificate_failed", "unavailable"),
)
def get_certificate_credential(certificate_id):
    """The certificate as a credential that programs verify; for its learner and admins."""
    with connection() as conn:
        row = queries.certificates.get_credential(
            conn, user_id=_learner(conn, certificate_id), certificate_id=certificate_id
        )
    if row is None:
        raise Problem("not_found")
    outcome, credential, course_title, completed_on = row
    if outcome in ("rendering", "certificate_failed"):
        return _not_yet(outcome)
    refuse(outcome)
    body = credential.encode()
    name = _file_name(course_title, completed_on, "json")
    return kept_file(body, sha256(body).digest(), "application/vc", name)


@blp.get("/verify/<code>")
@auth.public
@blp.response(200, CertificateTextsSchema)
@blp.alt_response(200, schema={"type": "string"}, content_type=HTML)
@blp.alt_response(404, schema={"type": "string"}, content_type=HTML)
@blp.refuses("not_found", "certificates_not_configured", "unavailable")
@blp.doc(**PUBLIC_OPERATION)
def verify_certificate(code):
    """What a certificate says, and whether it counts. A page for browsers, JSON for programs."""
    body = None
    if _CODE.fullmatch(code):
        url = certificates.public_url()
        with connection() as conn:
            body = queries.certificates.verify_certificate(conn, code=code, public_url=url)
    wanted = request.accept_mimetypes.best_match(["application/json", "text/html"])
    if wanted == "text/html":
        return certificate_page(body and json.loads(body), current_app.config["CERTIFICATE_ISSUER"])
    if body is None:
        raise Problem("not_found", "No certificate has this code")
    return for_any_site(json_response(body, cache="no-cache", vary="Accept"))


@blp.post("/<id:certificate_id>/revoke")
@auth.admin
@blp.arguments(ReasonSchema)
@blp.response(200, CertificateSchema)
@blp.refuses(*BODY, *_READS, "forbidden", "certificate_replaced")
def revoke_certificate(reason, certificate_id):
    """Say that a certificate does not count any more, for admins. Again, it changes nothing."""
    # Before anything is changed, as its answer needs it.
    certificates.public_url()
    with connection() as conn:
        user_id = _learner(conn, certificate_id)
        outcome = certificates.revoke(conn, g.caller.user_id, user_id, certificate_id, **reason)
        refuse(outcome)
        body = _read(conn, user_id, certificate_id)
    return json_response(body)


@blp.post("/<id:certificate_id>/reissue")
@blp.leads_to("get_certificate", 201, certificate_id="id")
@auth.required
@blp.arguments(ReissueSchema)
@blp.response(201, CertificateSchema)
@blp.refuses(
    *BODY,
    *_READS,
    "certificate_replaced",
    "certificate_revoked",
    "name_unchanged",
    "too_many_attempts",
)
def reissue_certificate(reason, certificate_id):
    """Replace a certificate by one with the name of today. The old code says that it was replaced.

    For its learner when they have another name now, and for admins with a reason, also when it was
    revoked.
    """
    is_admin = g.caller.role == "admin"
    if is_admin and reason["reason"] is None:
        raise Problem("invalid", errors=[_REASON_NEEDED])
    given = reason["reason"] if is_admin else None
    certificates.public_url()
    with connection() as conn:
        user_id = _learner(conn, certificate_id)
        outcome, new_id = certificates.reissue(
            conn, g.caller.user_id, user_id, certificate_id, given
        )
        retry_after = _REISSUE_SECONDS if outcome == "too_many_attempts" else None
        refuse(outcome, retry_after=retry_after)
        body = _read(conn, user_id, new_id)
    return json_response(body, 201)


def _learner(conn: Connection, certificate_id: int) -> int:
    """Whose certificate the caller means: their own, or for admins anybody's.

    :raise Problem: `not_found`
    """
    if g.caller.role != "admin":
        return g.caller.user_id
    user_id = queries.certificates.find_certificate(conn, certificate_id=certificate_id)
    if user_id is None:
        raise Problem("not_found")
    return user_id


def _read(conn: Connection, user_id: int, certificate_id: int) -> bytes:
    body = queries.certificates.get_certificate(
        conn,
        user_id=user_id,
        certificate_id=certificate_id,
        public_url=certificates.public_url(),
    )
    if body is None:
        raise Problem("not_found")
    return body


def _file_name(course_title: str, completed_on: date | None, ending: str) -> str:
    """Such as `Zażółć gęślą jaźń 2026-11-24.pdf`, without what systems refuse in names."""
    shown = "".join(one for one in course_title if unicodedata.category(one)[0] != "C")
    title = re.sub(r"[\\/:*?\"<>|\s]+", " ", shown)
    return f"{title[:80].strip(' .')} {completed_on or ''}".strip() + f".{ending}"


def _known() -> bytes | None:
    """The digest of the file that the client has, from `If-None-Match`."""
    # Who compresses on the way makes weak ones of them.
    tags = list(request.if_none_match.as_set(include_weak=True))
    return bytes.fromhex(tags[0]) if len(tags) == 1 and _DIGEST.fullmatch(tags[0]) else None


def _not_yet(outcome: str) -> Response:
    if outcome != "rendering":
        raise Problem(outcome, retry_after=_FAILED_SECONDS)
    response = json_response(b'{"status": "rendering"}', 202)
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response
