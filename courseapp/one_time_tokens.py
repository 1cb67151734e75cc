"""The tokens in the links of e-mails: 256 random bits, used once; only their hash is kept.

A token carries the id of its user. So it is found by the primary key, which begins with user_id
as every unique key does, and on a distributed engine on one node; an index on the hash alone
would be asked for on all of them. Whoever changes the id finds nothing under it.
"""

import hashlib
import re
import secrets

from psycopg import Connection

from courseapp.db import connection, queries
from courseapp.errors import Problem
from courseapp.jobs import defer
from courseapp.passwords import hash_password

EMAIL_VERIFICATION, PASSWORD_RESET = "email_verification", "password_reset"
_TOKEN = re.compile(r"([1-9][0-9]{0,17})\.([A-Za-z0-9_-]{43})")


def make_token(user_id: int) -> tuple[str, bytes]:
    """A new token for a link to this user, and the hash of it that is kept."""
    secret = secrets.token_urlsafe(32)
    return f"{user_id}.{secret}", _hash(secret)


def defer_link(conn: Connection, user_id: int | None, purpose: str) -> None:
    """Leave it to the worker to make a token and to e-mail it; see courseapp/email_links.py.

    :param user_id: None for nobody
    """
    # Those of one user and purpose run one after the other, so that they can be counted. Nobody's
    # have a lock, too, so that leaving one takes no less time.
    lock = f"{purpose} {user_id or secrets.token_hex(4)}"
    defer(conn, "send_link", lock=lock, user_id=user_id, purpose=purpose)


def verify_email(token: str) -> None:
    """Note that the e-mail of the token's user is theirs.

    A token that is not good any more is fine when they are verified: people click twice, and all
    they want to see is that it worked. It tells nothing to anybody who does not have the token.

    :raise Problem: `token_invalid`.
    """
    key = _key(token, EMAIL_VERIFICATION)
    with connection() as conn, conn.transaction():
        if queries.auth.use_token(conn, **key):
            if not queries.auth.verify_email(conn, user_id=key["user_id"]):
                raise Problem("token_invalid")
            return
        # After it, because a first click may have been under way.
        found = queries.auth.get_token(conn, **key)
    if found is None or not found[1]:
        raise Problem("token_invalid")


def reset_password(token: str, new_password: str) -> None:
    """Set the password of the token's user, and end every session and other reset link of theirs.

    It came from their mailbox: their e-mail is verified by it, and they need not wait for the
    guesses of others.

    :raise Problem: `token_invalid`, or `unavailable` as for :func:`hash_password`.
    """
    key = _key(token, PASSWORD_RESET)
    user_id = key["user_id"]
    with connection() as conn:
        found = queries.auth.get_token(conn, **key)
    if found is None or not found[0]:
        # Before the hash, so that nobody makes us work for a token that is made up.
        raise Problem("token_invalid")
    new_hash = hash_password(new_password)
    with connection() as conn, conn.transaction():
        if not queries.auth.use_token(conn, **key):
            raise Problem("token_invalid")
        if queries.auth.reset_password(conn, user_id=user_id, new_hash=new_hash) is None:
            raise Problem("token_invalid")
        queries.auth.revoke_sessions(conn, user_id=user_id, reason="password_change")


def _key(token: str, purpose: str) -> dict:
    """How a token is found.

    :raise Problem: `token_invalid` for what is none.
    """
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        raise Problem("token_invalid")
    return {"user_id": int(parts[1]), "purpose": purpose, "token_hash": _hash(parts[2])}


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
