"""Bytes of JSON or of a file -> a response with the headers it deserves."""

import hashlib
import logging
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from urllib.parse import quote

from flask import Response, request, stream_with_context
from werkzeug.http import dump_options_header

from courseapp.errors import REQUEST_ID

log = logging.getLogger(__name__)

# A shared cache may answer for a moment; a browser asks again with its ETag.
PUBLIC = "public, max-age=0, s-maxage=10, must-revalidate"
PRIVATE = "private, no-cache"
NO_STORE = "no-store"
# What never changes, and only its owner may have.
FOREVER = "private, max-age=31536000, immutable"
# Where the WSGI environment has the ETag of an answer that is the same for everybody.
SHARED_TAG = "courseapp.shared_tag"


def _tag(body: bytes) -> str:
    return f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'


# The first page of courses is long, asked for often, and the same object each time.
_shared_tag = lru_cache(maxsize=16)(_tag)


def json_response(
    body: bytes,
    status: int = 200,
    cache: str = NO_STORE,
    vary: str | None = None,
    version: int | None = None,
    location: str | None = None,
) -> Response:
    """`body` as it is. With a `cache` policy other than NO_STORE: an ETag, and 304 to who has it.

    The ETag is weak because the same document also travels compressed.

    :param vary: the request headers that a shared cache has to compare
    :param version: of a resource that authors change; its ETag begins with it, for `If-Match`
    :param location: where what was created is from now on
    """
    response = Response(body, status, content_type="application/json")
    response.headers["Cache-Control"] = cache
    if vary:
        response.headers["Vary"] = vary
    if location:
        response.headers["Location"] = location
    if cache != NO_STORE or version is not None:
        tag = _shared_tag(body) if cache == PUBLIC else _tag(body)
        if version is not None:
            tag = f'W/"v{version}-{tag[3:]}'
        response.headers["ETag"] = tag
        if cache == PUBLIC:
            request.environ[SHARED_TAG] = tag
        if "HTTP_IF_NONE_MATCH" in request.environ and request.method in ("GET", "HEAD"):
            response.make_conditional(request)
    return response


def csv_response(parts: Iterator[bytes], file_name: str) -> Response:
    """A file to keep, sent part by part as the client reads it; nobody may keep it in between.

    What fails before the first part is answered as a problem. Later the connection breaks without
    the last chunk, so that half a file is never taken for the whole.
    """
    if request.environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        # There the end of the connection is the only end.
        body = b"".join(parts)
    else:
        body = stream_with_context(chain([next(parts)], _logged(parts)))
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response.headers["Cache-Control"] = NO_STORE
    return response


def _logged(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The parts. If one fails, the log says of which request: who serves it does not know."""
    try:
        yield from parts
    except Exception as error:
        name = request.environ.get(REQUEST_ID)
        log.error("request %s %s breaks off: %r", name, request.path, error)
        raise


def for_any_site(response: Response) -> Response:
    """Let the pages of all sites read what is public, such as verifiers of credentials."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def kept_file(body: bytes | None, sha256: bytes, content_type: str, name: str) -> Response:
    """A file to keep, whose bytes never change: 304 without them to who has them.

    :param body: None when it was not read because the client has it
    :param name: of the file, in any script
    """
    if body is None or request.if_none_match.contains_weak(sha256.hex()):
        response = Response(status=304)
    else:
        response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = FOREVER
    response.set_etag(sha256.hex())
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip()
    response.headers["Content-Disposition"] = dump_options_header(
        "attachment", {"filename": ascii_name, "filename*": f"UTF-8''{quote(name)}"}
    )
    return response


def no_content() -> Response:
    """204."""
    return Response(status=204)
