"""The job that e-mails a link with a one-time token."""

from flask import current_app

from courseapp.db import connection, queries
from courseapp.emails import link_email
from courseapp.one_time_tokens import EMAIL_VERIFICATION, PASSWORD_RESET, make_token
from courseapp.smtp import deliver

# Where the front end takes a token.
PAGES = {EMAIL_VERIFICATION: "verify-email", PASSWORD_RESET: "reset-password"}
# Where there is no front end: only for e-mails that the worker prints.
_NOWHERE = "http://127.0.0.1:8000"


def send_link(user_id: int | None, purpose: str) -> None:
    """Make a token and e-mail it to its user, unless they have no use for it or got three already.

    Done again after a crash it may send a second e-mail; the link in the first one then ends.

    :param user_id: None when somebody asked for an e-mail that has no account
    :raise Exception: of :func:`deliver`; then no token is left, and earlier links stay good.
    """
    if user_id is None:
        return
    token, token_hash = make_token(user_id)
    key = {"user_id": user_id, "token_hash": token_hash}
    with connection() as conn:
        person = queries.auth.create_token(conn, purpose=purpose, **key)
    if person is None:
        return
    email, full_name, locale = person
    site = current_app.config["FRONTEND_URL"] or _NOWHERE
    try:
        # Behind a # it is in no server's log and in no Referer.
        link = f"{site}/{PAGES[purpose]}#token={token}"
        deliver(link_email(purpose, email, full_name, locale, site, link))
    except Exception:
        with connection() as conn:
            queries.auth.delete_token(conn, **key)
        raise
    with connection() as conn:
        queries.auth.end_tokens(conn, purpose=purpose, **key)
