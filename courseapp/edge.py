"""What every request passes and every answer carries."""

import re
import secrets

from flask import Flask, Response, current_app, g, request
from flask_compress import Compress
from flask_cors import CORS

from courseapp.errors import Problem
from courseapp.proxies import TrustedProxies

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
# The documentation page brings its own scripts and styles, some of them inline.
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; frame-ancestors 'none'"
)


def _name_request() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _let_refuse_gzip() -> None:
    """`gzip;q=0` means no, which Flask-Compress reads as a low wish."""
    if "q=0" in request.headers.get("Accept-Encoding", "") and not request.accept_encodings["gzip"]:
        request.environ["HTTP_ACCEPT_ENCODING"] = "identity"


def _refuse_cross_site() -> None:
    """Another site's page must not act in its visitor's name.

    Browsers say where a request comes from; whoever says nothing is no browser.

    :raise Problem: `cross_site`.
    """
    if request.method in _SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    if origin in current_app.config["ALLOWED_ORIGINS"]:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:
        here = (f"https://{request.host}", f"http://{request.host}")
        allowed = origin is None or origin in here
    if not allowed:
        raise Problem("cross_site")


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    policy = _PAGE_POLICY if request.path.startswith("/docs") else _API_POLICY
    response.headers.setdefault("Content-Security-Policy", policy)
    if current_app.config["ALLOWED_ORIGINS"]:
        # Also where it makes no difference: a cache may ask for another origin next.
        response.vary.add("Origin")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if current_app.config["APP_ENV"] == "production":
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def init_app(app: Flask) -> None:
    """Client address, request id, cross-site refusal, CORS, compression and headers."""
    app.wsgi_app = TrustedProxies(app.wsgi_app, app.config["TRUSTED_PROXIES"])
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_BODY_BYTES"]
    # A page of courses shrinks to a quarter; a progress answer would not shrink.
    app.config["COMPRESS_ALGORITHM"] = ["gzip"]
    app.config["COMPRESS_LEVEL"] = 4
    app.config["COMPRESS_MIN_SIZE"] = 1024
    app.before_request(_name_request)
    app.before_request(_let_refuse_gzip)
    app.before_request(_refuse_cross_site)
    app.after_request(_finish)
    Compress(app)
    if app.config["ALLOWED_ORIGINS"]:
        CORS(
            app,
            resources=r"/api/*",
            origins=list(app.config["ALLOWED_ORIGINS"]),
            supports_credentials=True,
            always_send=False,
            expose_headers=["ETag", "Retry-After", "X-Request-ID", "Location"],
            max_age=600,
        )
