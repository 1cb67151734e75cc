"""What every request passes and every answer carries."""

import random
import re
from collections.abc import Mapping

from flask import Flask, Response, current_app, request
from flask_compress import Compress
from flask_cors import CORS
from werkzeug.http import parse_accept_header

from courseapp.errors import REQUEST_ID, Problem
from courseapp.proxies import TrustedProxies
from courseapp.responses import SHARED_TAG

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
_POLICY = "Content-Security-Policy"
_API_POLICY = (_POLICY, "default-src 'none'; frame-ancestors 'none'")
# The documentation page brings its own scripts and styles, some of them inline.
_PAGE_POLICY = (
    _POLICY,
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; frame-ancestors 'none'",
)
# A certificate's page fetches nothing, and nothing on it does anything.
_VERIFY = "/api/v1/certificates/verify/"
_VERIFY_POLICY = (
    _POLICY,
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'none'",
)


def always(config: Mapping, path: str) -> list[tuple[str, str]]:
    """The headers that every answer carries, whatever it is."""
    policy = _PAGE_POLICY if path.startswith("/docs") else _API_POLICY
    headers = [*_HEADERS, _VERIFY_POLICY if path.startswith(_VERIFY) else policy]
    if config["APP_ENV"] == "production":
        headers.append(("Strict-Transport-Security", "max-age=31536000"))
    return headers


class _Envelope:
    """WSGI middleware: names the request, and adds to the answer what every one carries.

    In Flask's hooks, with its objects for headers, the same costs 30 µs a request.
    """

    def __init__(self, wsgi_app, config: Mapping):
        self._wsgi_app = wsgi_app
        self._always, self._on_pages = always(config, "/"), always(config, "/docs")
        self._on_verify = always(config, _VERIFY)

    def __call__(self, environ, start_response):
        given = environ.get("HTTP_X_REQUEST_ID", "")
        # A name, no secret. Asking the kernel for randomness lets go of the GIL.
        name = given if _REQUEST_ID.fullmatch(given) else f"{random.getrandbits(64):016x}"
        environ[REQUEST_ID] = name
        # `gzip;q=0` means no, which Flask-Compress reads as a low wish.
        encodings = environ.get("HTTP_ACCEPT_ENCODING", "")
        if "q=0" in encodings and not parse_accept_header(encodings)["gzip"]:
            environ["HTTP_ACCEPT_ENCODING"] = "identity"
        path = environ["PATH_INFO"]
        added = self._on_pages if path.startswith("/docs") else self._always
        if path.startswith(_VERIFY):
            added = self._on_verify

        def start(status, headers, exc_info=None):
            headers = [*headers, *added, ("X-Request-ID", name)]
            if not any(header == "Cache-Control" for header, _ in headers):
                headers.append(("Cache-Control", "no-store"))
            return start_response(status, headers, exc_info)

        return self._wsgi_app(environ, start)


class _Compressed:
    """For Flask-Compress: what everybody gets is compressed once, which takes longer than all else.

    Keys are `gzip;` and an ETag, which is a hash of the content.
    """

    def __init__(self):
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """The compressed bytes, if they are kept."""
        return self._kept.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Keep them, unless they are for one caller alone."""
        if len(self._kept) >= 16:
            self._kept.clear()
        if not key.endswith(";"):
            self._kept[key] = value


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


def _vary_by_origin(response: Response) -> Response:
    # Also where it makes no difference: a cache may ask for another origin next.
    response.vary.add("Origin")
    return response


def init_app(app: Flask) -> None:
    """Client address, request id, cross-site refusal, CORS, compression and headers."""
    app.wsgi_app = _Envelope(app.wsgi_app, app.config)
    app.wsgi_app = TrustedProxies(app.wsgi_app, app.config["TRUSTED_PROXIES"])
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_BODY_BYTES"]
    # A page of courses shrinks to a quarter; a progress answer would not shrink.
    app.config["COMPRESS_ALGORITHM"] = ["gzip"]
    app.config["COMPRESS_LEVEL"] = 4
    app.config["COMPRESS_MIN_SIZE"] = 1024
    app.config["COMPRESS_CACHE_BACKEND"] = _Compressed
    app.config["COMPRESS_CACHE_KEY"] = lambda request: request.environ.get(SHARED_TAG, "")
    app.before_request(_refuse_cross_site)
    Compress(app)
    if app.config["ALLOWED_ORIGINS"]:
        app.after_request(_vary_by_origin)
        CORS(
            app,
            resources=r"/api/*",
            origins=list(app.config["ALLOWED_ORIGINS"]),
            supports_credentials=True,
            always_send=False,
            expose_headers=[
                *("ETag", "Location", "Retry-After", "X-Request-ID"),
                *("Content-Disposition", "Idempotency-Replayed"),
            ],
            max_age=600,
        )
