"""Accounts: what no single statement can do.

No connection is held while a password is hashed or verified.
"""

import json

from psycopg import Connection

from courseapp.awards import lock_learner, update_leaderboard
from courseapp.cache import GAMIFICATION
from courseapp.cache_drops import Drops
from courseapp.db import connection, queries
from courseapp.errors import Problem
from courseapp.one_time_tokens import EMAIL_VERIFICATION, defer_link
from courseapp.passwords import hash_password, needs_rehash, verify_password


def create_account(password: str, **account: str) -> bytes:
    """Register a learner, whom an e-mail then asks to verify the address; return json User.

    :param account: the other parameters of `auth.create_user`
    :raise Problem: `email_taken`.
    """
    password_hash = hash_password(password)
    with connection() as conn, conn.transaction():
        user = queries.auth.create_user(
            conn, password_hash=password_hash, role="learner", **account
        )
        if user is None:
            raise Problem("email_taken")
        defer_link(conn, json.loads(user)["id"], EMAIL_VERIFICATION)
    return user


def log_in(email: str, password: str, refresh_seconds: int) -> tuple[int, int, bytes]:
    """Begin a session; return the user's id, the session's id and json User.

    :raise Problem: `invalid_credentials`, or `too_many_attempts` after ten failures of the
        account within five minutes, known or not.
    """
    # Twice: the hash may change meanwhile, because another login has just hashed it anew.
    for _ in range(2):
        user_id, password_hash = _verified(email, password)
        with connection() as conn:
            row = queries.auth.create_session(
                conn,
                user_id=user_id,
                password_hash=password_hash,
                email=email,
                refresh_seconds=refresh_seconds,
            )
        if row is not None:
            break
    if row is None:
        raise Problem("invalid_credentials")
    session_id, user, retry_after = row
    _refuse_locked(retry_after)
    return user_id, session_id, user


def change_password(user_id: int, current: str, new: str) -> None:
    """Replace the password and end every session of the user.

    :raise Problem: `wrong_password`, or `too_many_attempts` as for a login.
    """
    with connection() as conn:
        email, old_hash, retry_after = queries.auth.get_password_hash(conn, user_id=user_id)
    _refuse_locked(retry_after)
    if not verify_password(current, old_hash):
        raise _failed(email, "wrong_password")
    with connection() as conn:
        # Again, for the right one among many simultaneous guesses.
        _refuse_locked(queries.auth.get_password_hash(conn, user_id=user_id)[2])
    new_hash = hash_password(new)
    with connection() as conn, conn.transaction():
        changed = queries.auth.update_password(
            conn, user_id=user_id, old_hash=old_hash, new_hash=new_hash
        )
        if not changed:
            raise Problem("wrong_password")
        queries.auth.revoke_sessions(conn, user_id=user_id, reason="password_change")


def change_profile(conn: Connection, drops: Drops, user_id: int, profile: dict) -> bytes:
    """Change an account, and put it on the leaderboards or take it off; return json User.

    :param profile: the parameters of `auth.update_me`; None leaves a value as it is
    """
    opts_in = profile["leaderboard_opt_in"]
    with conn.transaction():
        if opts_in is not None:
            # What is being earned meanwhile counts once: before this, or after it.
            lock_learner(conn, user_id)
        user = queries.auth.update_me(conn, user_id=user_id, **profile)
        if opts_in is not None:
            queries.gamification.leave_leaderboard(conn, user_id=user_id)
        if opts_in:
            update_leaderboard(conn, {user_id: 0})
        if profile["timezone"] is not None:
            # Another today.
            drops.record(conn, GAMIFICATION(user_id=user_id))
    return user


def _verified(email: str, password: str) -> tuple[int, str]:
    """The account's id and the hash that `password` belongs to, made with today's parameters."""
    with connection() as conn:
        user_id, password_hash, retry_after = queries.auth.get_login(conn, email=email)
    _refuse_locked(retry_after)
    if not verify_password(password, password_hash):
        raise _failed(email, "invalid_credentials")
    if needs_rehash(password_hash):
        password_hash = _rehash(user_id, password, password_hash)
    return user_id, password_hash


def _refuse_locked(retry_after: int | None) -> None:
    if retry_after is not None:
        raise Problem("too_many_attempts", retry_after=max(1, retry_after))


def _failed(email: str, name: str) -> Problem:
    """Count the failure; the eleventh of many at once learns nothing about its guess."""
    with connection() as conn:
        retry_after = queries.auth.record_login_failure(conn, email=email)
    if retry_after is not None:
        return Problem("too_many_attempts", retry_after=retry_after)
    return Problem(name)


def _rehash(user_id: int, password: str, old_hash: str) -> str:
    new_hash = hash_password(password)
    with connection() as conn:
        changed = queries.auth.update_password(
            conn, user_id=user_id, old_hash=old_hash, new_hash=new_hash
        )
    return new_hash if changed else old_hash
