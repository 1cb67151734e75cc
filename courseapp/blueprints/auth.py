"""Accounts and sessions."""

from flask import current_app, g, request

from courseapp import auth, one_time_tokens
from courseapp.accounts import change_password, change_profile, create_account, log_in
from courseapp.cache_drops import dropping
from courseapp.db import connection, queries
from courseapp.errors import Problem
from courseapp.limits import EMAILS, FAILED_LOGINS, REGISTRATIONS, limiter
from courseapp.one_time_tokens import EMAIL_VERIFICATION, PASSWORD_RESET, defer_link
from courseapp.openapi import Blueprint
from courseapp.operations import BODY, PUBLIC
from courseapp.responses import PRIVATE, json_response, no_content
from courseapp.schemas.auth import (
    CredentialsSchema,
    PasswordChangeSchema,
    PasswordResetRequestSchema,
    PasswordResetSchema,
    ProfileSchema,
    RegistrationSchema,
    TokenSchema,
    UserSchema,
)

blp = Blueprint("auth", __name__, url_prefix="/api/v1/auth", description=__doc__)


@blp.post("/register")
@auth.public
@limiter.limit(REGISTRATIONS)
@blp.arguments(RegistrationSchema)
@blp.response(201, UserSchema)
@blp.refuses(*BODY, "email_taken", "too_many_attempts", "unavailable")
@blp.doc(**PUBLIC)
def register(account):
    """Create an account; an e-mail asks its owner to verify the address."""
    return json_response(create_account(**account), 201)


@blp.post("/login")
@auth.public
@limiter.limit(FAILED_LOGINS, deduct_when=lambda response: response.status_code == 401)
@blp.arguments(CredentialsSchema)
@blp.response(200, UserSchema, description="Sets the cookies access_token and refresh_token")
@blp.refuses(*BODY, "invalid_credentials", "too_many_attempts", "unavailable")
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
@blp.refuses(*BODY, "unauthenticated", "unavailable")
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
@blp.refuses(*BODY, "unauthenticated", "wrong_password", "too_many_attempts", "unavailable")
def update_password(passwords):
    """Change the password; ends every session, this one included."""
    change_password(g.caller.user_id, passwords["current_password"], passwords["new_password"])
    response = no_content()
    auth.clear_session_cookies(response)
    return response


@blp.post("/verification")
@auth.required
@limiter.limit(EMAILS)
@blp.response(204)
@blp.refuses("unauthenticated", "cross_site", "too_many_attempts", "unavailable")
def request_verification():
    """Send the e-mail again that verifies the address, unless it is verified.

    At most three an hour; more are answered in the same way, and not sent.
    """
    with connection() as conn:
        defer_link(conn, g.caller.user_id, EMAIL_VERIFICATION)
    return no_content()


@blp.post("/verification/confirm")
@auth.public
@blp.arguments(TokenSchema)
@blp.response(204)
@blp.refuses(*BODY, "token_invalid", "unavailable")
@blp.doc(**PUBLIC)
def verify_email(link):
    """Verify an e-mail address with the token of the link that was sent to it."""
    one_time_tokens.verify_email(link["token"])
    return no_content()


@blp.post("/password-reset")
@auth.public
@limiter.limit(EMAILS)
@blp.arguments(PasswordResetRequestSchema)
@blp.response(204, description="Says nothing about whether there is such an account")
@blp.refuses(*BODY, "too_many_attempts", "unavailable")
@blp.doc(**PUBLIC)
def request_password_reset(account):
    """Send an e-mail with a link that sets a new password, if the address has an account.

    At most three an hour; more are answered in the same way, and not sent.
    """
    with connection() as conn:
        user_id = queries.auth.get_user_id(conn, email=account["email"])
        # Also for nobody, so that it takes as long.
        defer_link(conn, user_id, PASSWORD_RESET)
    return no_content()


@blp.post("/password-reset/confirm")
@auth.public
@blp.arguments(PasswordResetSchema)
@blp.response(204)
@blp.refuses(*BODY, "token_invalid", "unavailable")
@blp.doc(**PUBLIC)
def reset_password(link):
    """Set a new password with the token of a link; ends every session of the account."""
    one_time_tokens.reset_password(link["token"], link["new_password"])
    return no_content()
