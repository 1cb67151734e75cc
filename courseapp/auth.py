"""Who is calling, and what they may do.

Every view carries one of the decorators below, or :func:`public`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from flask import Response, current_app, g, request

from courseapp.db import connection, queries
from courseapp.errors import Problem
from courseapp.tokens import Claims, Tokens

ACCESS_COOKIE = "access_token"
REFRESH_COOKIE = "refresh_token"
# The refresh token travels only where it is used.
REFRESH_PATH = "/api/v1/auth"


@dataclass(frozen=True)
class Caller:
    """The user of a live session."""

    user_id: int
    session_id: int
    role: str

    @property
    def is_staff(self) -> bool:
        """Whether the caller may see courses that are not published."""
        return self.role in ("instructor", "admin")


def tokens() -> Tokens:
    """The signer of the current app."""
    return current_app.extensions["tokens"]


def access_claims() -> Claims | None:
    """The claims of the request's access token: `Authorization: Bearer`, else the cookie."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(ACCESS_COOKIE)
    return tokens().read("access", token)


def _caller() -> Caller | None:
    claims = access_claims()
    if claims is None:
        return None
    with connection() as conn:
        row = queries.auth.get_session(conn, user_id=claims.user_id, session_id=claims.session_id)
    return Caller(claims.user_id, claims.session_id, row[0]) if row else None


def viewer() -> dict:
    """Who looks, as parameters of a statement; nulls for an anonymous caller."""
    caller = g.caller
    return {"user_id": caller and caller.user_id, "role": caller and caller.role}


def session() -> dict:
    """The session of a token as parameters of a statement that joins it; nulls without a token."""
    caller = g.caller
    return {"user_id": caller and caller.user_id, "session_id": caller and caller.session_id}


def public(view: Callable) -> Callable:
    """Anybody may call it; no token is looked at."""
    view.access = "public"
    return view


def optional(view: Callable) -> Callable:
    """Anybody may call it; `g.caller` is a :class:`Caller`, or None without a live session."""

    @wraps(view)
    def wrapper(*args, **kwargs):
        g.caller = _caller()
        return view(*args, **kwargs)

    wrapper.access = "optional"
    return wrapper


def required(view: Callable) -> Callable:
    """`g.caller` is the :class:`Caller` of a live session, or the answer is 401."""

    @wraps(view)
    def wrapper(*args, **kwargs):
        g.caller = _caller()
        if g.caller is None:
            raise Problem("unauthenticated")
        return view(*args, **kwargs)

    wrapper.access = "required"
    return wrapper


def _only(is_allowed: Callable[[Caller], bool], view: Callable) -> Callable:
    @wraps(view)
    def checked(*args, **kwargs):
        if not is_allowed(g.caller):
            raise Problem("forbidden")
        return view(*args, **kwargs)

    return required(checked)


def admin(view: Callable) -> Callable:
    """Like :func:`required`, and the answer is 403 for everybody but admins."""
    return _only(lambda caller: caller.role == "admin", view)


def staff(view: Callable) -> Callable:
    """Like :func:`required`, and the answer is 403 for everybody but instructors and admins."""
    return _only(lambda caller: caller.is_staff, view)


def token_required(view: Callable) -> Callable:
    """`g.caller` is the :class:`Claims` of a good token, or the answer is 401.

    For hot paths whose own statement joins the live session.
    """

    @wraps(view)
    def wrapper(*args, **kwargs):
        g.caller = access_claims()
        if g.caller is None:
            raise Problem("unauthenticated")
        return view(*args, **kwargs)

    wrapper.access = "token_required"
    return wrapper


def token_optional(view: Callable) -> Callable:
    """`g.caller` is the :class:`Claims` of a good token, or None.

    For hot paths whose own statement joins the live session.
    """

    @wraps(view)
    def wrapper(*args, **kwargs):
        g.caller = access_claims()
        return view(*args, **kwargs)

    wrapper.access = "token_optional"
    return wrapper


def set_session_cookies(response: Response, user_id: int, session_id: int, generation: int) -> None:
    """Give the browser a new access token and the refresh token of `generation`."""
    config = current_app.config
    access, refresh = config["ACCESS_TOKEN_SECONDS"], config["REFRESH_TOKEN_SECONDS"]
    for name, token, seconds, path in (
        (ACCESS_COOKIE, tokens().sign("access", user_id, session_id, access), access, "/"),
        (
            REFRESH_COOKIE,
            tokens().sign("refresh", user_id, session_id, refresh, generation),
            refresh,
            REFRESH_PATH,
        ),
    ):
        response.set_cookie(name, token, max_age=seconds, path=path, **_cookie_flags())


def clear_session_cookies(response: Response) -> None:
    """Make the browser forget both tokens."""
    response.delete_cookie(ACCESS_COOKIE, path="/", **_cookie_flags())
    response.delete_cookie(REFRESH_COOKIE, path=REFRESH_PATH, **_cookie_flags())


def _cookie_flags() -> dict:
    secure = current_app.config["APP_ENV"] != "development"
    return {"httponly": True, "samesite": "Lax", "secure": secure}


def init_app(app) -> None:
    """Give the app the signer of its tokens."""
    app.extensions["tokens"] = Tokens(app.config["SECRET_KEYS"])
