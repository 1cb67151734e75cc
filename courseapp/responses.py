"""Bytes of JSON -> a response with the caching headers it deserves."""

from flask import Response, request

# A shared cache may answer for a moment; a browser asks again with its ETag.
PUBLIC = "public, max-age=0, s-maxage=10, must-revalidate"
PRIVATE = "private, no-cache"
NO_STORE = "no-store"


def json_response(
    body: bytes, status: int = 200, cache: str = NO_STORE, vary: str | None = None
) -> Response:
    """`body` as it is. With a `cache` policy other than NO_STORE: an ETag, and 304 to who has it.

    `vary` names the request headers that a shared cache has to compare.
    The ETag is weak because the same document also travels compressed.
    """
    response = Response(body, status, content_type="application/json")
    response.headers["Cache-Control"] = cache
    if vary:
        response.headers["Vary"] = vary
    if cache != NO_STORE:
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response


def no_content() -> Response:
    """204."""
    return Response(status=204)
