"""Accounts and sessions."""

from flask import current_app, g, request

from courseapp import auth
from courseapp.accounts import change_password, change_profile, log_in
from courseapp.cache_drops import dropping
from courseapp.db import connection, queries
from courseapp.errors import Problem
from courseapp.limits import FAILED_LOGINS, REGISTRATIONS, limiter
from courseapp.openapi import PUBLIC, Blueprint
from courseapp.passwords import hash_password
from courseapp.responses import PRIVATE, json_response, no_content
from courseapp.schemas.auth import (
    CredentialsSchema,
    PasswordChangeSchema,
    ProfileSchema,
    RegistrationSchema,
    UserSchema,
)

blp = Blueprint("auth", __name__, url_prefix="/api/v1/auth", description=__doc__)
_BODY = ("malformed", "unsupported_media_type", "too_large", "invalid", "cross_site")


@blp.post("/register")
@auth.public
@limiter.limit(REGISTRATIONS)
@blp.arguments(RegistrationSchema)
@blp.response(201, UserSchema)
@blp.refuses(*_BODY, "email_taken", "too_many_attempts", "unavailable")
@blp.doc(**PUBLIC)
def register(account):
    """Create an account."""
    password_hash = hash_password(account.pop("password"))
    with connection() as conn:
        user = queries.auth.create_user(
            conn, password_hash=password_hash, role="learner", **account
        )
    if user is None:
        raise Problem("email_taken")
    return json_response(user, 201)


@blp.post("/login")
@auth.public
@limiter.limit(FAILED_LOGINS, deduct_when=lambda response: response.status_code == 401)
@blp.arguments(CredentialsSchema)
@blp.response(200, UserSchema, description="Sets the cookies access_token and refresh_token")
@blp.refuses(*_BODY, "invalid_credentials", "too_many_attempts", "unavailable")
@blp.doc(**PUBLIC)
def login(credentials):
    """Log in: sets the cookies of a new session."""
    user_id, session_id, user = log_in(
        **credentials, refresh_seconds=current_app.config["REFRESH_TOKEN_SECONDS"]
    )
    response = json_response(user)
    auth.set_session_cookies(response, user_id, session_id, generation=1)
    return response


@blp.post("/refresh")
@auth.public
@blp.response(200, UserSchema, description="Sets both cookies anew")
@blp.refuses("unauthenticated", "cross_site", "unavailable")
@blp.doc(**PUBLIC)
def refresh():
    """Exchange the refresh token for new tokens; each works once.

    Sending one a second time ends the session: a copy of it is in other hands.
    """
    claims = auth.tokens().read("refresh", request.cookies.get(auth.REFRESH_COOKIE))
    row = None
    if claims is not None and claims.generation is not None:
        with connection() as conn:
            row = queries.auth.refresh_session(
                conn,
                user_id=claims.user_id,
                session_id=claims.session_id,
                generation=claims.generation,
                refresh_seconds=current_app.config["REFRESH_TOKEN_SECONDS"],
            )
    if row is None:
        raise Problem("unauthenticated")
    is_reused, generation, user = row
    if is_reused:
        raise Problem("unauthenticated", "This refresh token was used before; log in again")
    response = json_response(user)
    auth.set_session_cookies(response, claims.user_id, claims.session_id, generation)
    return response


@blp.post("/logout")
@auth.public
@blp.response(204)
@blp.refuses("cross_site", "unavailable")
@blp.doc(**PUBLIC)
def logout():
    """End this session's tokens, on every server at once. Also without a live session."""
    refresh_token = request.cookies.get(auth.REFRESH_COOKIE)
    claims = auth.access_claims() or auth.tokens().read("refresh", refresh_token)
    if claims is not None:
        with connection() as conn:
            queries.auth.revoke_session(conn, user_id=claims.user_id, session_id=claims.session_id)
    response = no_content()
    auth.clear_session_cookies(response)
    return response


@blp.get("/me")
@auth.required
@blp.response(200, UserSchema)
@blp.refuses("unauthenticated", "unavailable")
def get_me():
    """The caller's account."""
    with connection() as conn:
        user = queries.auth.get_me(conn, user_id=g.caller.user_id)
    return json_response(user, cache=PRIVATE)


@blp.patch("/me")
@auth.required
@blp.arguments(ProfileSchema)
@blp.response(200, UserSchema)
@blp.refuses(*_BODY, "unauthenticated", "unavailable")
def update_me(profile):
    """Change name, locale, time zone or whether others see one on the leaderboards.

    What is not sent stays.
    """
    with dropping() as drops, connection() as conn:
        body = change_profile(conn, drops, g.caller.user_id, profile)
    return json_response(body)


@blp.post("/password")
@auth.required
@blp.arguments(PasswordChangeSchema)
@blp.response(204)
@blp.refuses(*_BODY, "unauthenticated", "wrong_password", "too_many_attempts", "unavailable")
def update_password(passwords):
    """Change the password; ends every session, this one included."""
    change_password(g.caller.user_id, passwords["current_password"], passwords["new_password"])
    response = no_content()
    auth.clear_session_cookies(response)
    return response
