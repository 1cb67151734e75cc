"""`Idempotency-Key`: a create that is sent again answers again, and creates nothing more.

As in the IETF draft draft-ietf-httpapi-idempotency-key-header. Keys are the caller's own.
"""

import hashlib
import json
import re
from collections.abc import Callable

from flask import Response, g, request
from psycopg import Connection

from courseapp.db import queries
from courseapp.errors import Problem

# The draft wants a quoted string; most clients send a bare one.
_KEY = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')
_KEPT = ("Location", "ETag")
HEADER = "Idempotency-Key"
# Of the answer: it is that of an earlier request.
REPLAYED = "Idempotency-Replayed"


def once(conn: Connection, create: Callable[[], Response]) -> Response:
    """What `create` answers, or what it answered when the same request came before.

    :param conn: in the transaction in which `create` creates; the key is stored there, too
    :raise Problem: `in_flight` while the same key is being used, `idempotency_key_reused` for one
        that came with another request, `bad_request` for one that is none
    """
    key = _key()
    if key is None:
        return create()
    ours = {"user_id": g.caller.user_id, "key": key}
    if not queries.idempotency.lock_key(conn, **ours):
        raise Problem("in_flight", retry_after=1)
    asked = ours | {"request_hash": _hash()}
    before = queries.idempotency.begin_create(conn, **asked)
    if before:
        outcome, status, headers, body = before
        if outcome != "replay":
            raise Problem(outcome)
        response = Response(body, status, headers, content_type="application/json")
        response.headers[REPLAYED] = "true"
        return response
    response = create()
    kept = {name: response.headers[name] for name in _KEPT if name in response.headers}
    queries.idempotency.finish_create(
        conn,
        **asked,
        status=response.status_code,
        headers=json.dumps(kept),
        body=response.get_data(as_text=True),
    )
    return response


def _key() -> str | None:
    given = request.headers.get(HEADER)
    if given is None:
        return None
    match = _KEY.fullmatch(given.strip())
    if not match:
        raise Problem("bad_request", f"{HEADER} is 1 to 255 printable ASCII characters")
    return match[1] or match[2]


def _hash() -> bytes:
    """Of the method, the path and what the body means, however it is written."""
    body = json.dumps(request.get_json(), sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.path} {body}".encode()).digest()
