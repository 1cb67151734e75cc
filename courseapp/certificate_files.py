"""What the worker makes of certificates: PDF, credential and status lists.

For the worker alone: what it imports takes seconds and 100 MB.
"""

import click
from flask import current_app

from courseapp import certificate_document, credentials
from courseapp.credential_keys import LIST_SIZE
from courseapp.db import connection, queries


def check() -> None:
    """Make sure that certificates can be rendered here.

    :raise click.ClickException: that says what to install
    """
    try:
        certificate_document.check()
    except certificate_document.PackagesMissing as error:
        raise click.ClickException(str(error)) from error


def make(user_id: int, certificate_id: int, is_last: bool) -> None:
    """Render a certificate and store it; one that has its file is left alone.

    No connection is held meanwhile.

    :param is_last: it is not tried again, so that its learner has to be told
    """
    mine = {"user_id": user_id, "certificate_id": certificate_id}
    with connection() as conn:
        texts = queries.certificates.get_texts(conn, **mine)
    if texts is None:
        return
    try:
        pdf, credential = _render(certificate_id, *texts)
        with connection() as conn:
            queries.certificates.store_file(
                conn, **mine, pdf=pdf, credential=credential and credential.decode()
            )
    except Exception:
        if is_last:
            give_up(user_id, certificate_id)
        raise


def give_up(user_id: int, certificate_id: int) -> None:
    """Say that a certificate's file cannot be made; an admin has to look."""
    with connection() as conn:
        queries.certificates.record_failure(conn, user_id=user_id, certificate_id=certificate_id)


def _render(
    certificate_id,
    course_id,
    code,
    learner_name,
    course_title,
    language,
    completed_on,
    issued_at,
    signatory_name,
) -> tuple[bytes, bytes | None]:
    """The PDF, and the credential that is in it, if the service signs those."""
    config = current_app.config
    says = {
        "learner_name": learner_name,
        "course_title": course_title,
        "language": language,
        "completed_on": completed_on,
        "issued_at": issued_at,
        "issuer_name": config["CERTIFICATE_ISSUER"],
        "verify_url": f"{config['PUBLIC_URL']}/api/v1/certificates/verify/{code}",
    }
    signer = _signer()
    credential = None
    if signer:
        completion = credentials.Completion(
            certificate_id=certificate_id,
            course_id=course_id,
            public_url=config["PUBLIC_URL"],
            **says,
        )
        credential = credentials.make_credential(signer, completion)
        _publish_first_status_list(signer, certificate_id)
    certificate = certificate_document.Certificate(code=code, signatory_name=signatory_name, **says)
    return certificate_document.render(certificate, credential), credential


def publish_status_list(list_id: int) -> None:
    """Sign anew which certificates of a list do not count any more."""
    signer = _signer()
    if signer:
        _publish(signer, list_id)


def publish_status_lists() -> None:
    """Sign all lists anew: for what was revoked while there was no key, or a job was lost."""
    with connection() as conn:
        list_ids = queries.credentials.list_status_lists(conn)
    for list_id in list_ids:
        publish_status_list(list_id)


def _signer() -> credentials.Signer | None:
    """None where no credentials are signed: their ids are addresses of the service."""
    key = current_app.config["CREDENTIAL_KEY"]
    return credentials.Signer(key) if key and current_app.config["PUBLIC_URL"] else None


def _publish_first_status_list(signer: credentials.Signer, certificate_id: int) -> None:
    """Nobody can verify a credential whose list is nowhere."""
    list_id = certificate_id // LIST_SIZE
    with connection() as conn:
        is_there = queries.credentials.get_status_list(conn, list_id=list_id) is not None
    if not is_there:
        _publish(signer, list_id)


def _publish(signer: credentials.Signer, list_id: int) -> None:
    url = credentials.status_list_url(current_app.config["PUBLIC_URL"], list_id)
    with connection() as conn:
        invalid, seen_at = queries.credentials.list_invalid(conn, list_id=list_id)
    signed = credentials.make_status_list(signer, url, invalid, seen_at)
    with connection() as conn:
        queries.credentials.store_status_list(
            conn, list_id=list_id, credential=signed.decode(), seen_at=seen_at
        )
