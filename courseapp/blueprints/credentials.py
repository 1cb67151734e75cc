"""Credentials: which of them do not count any more."""

from courseapp import auth
from courseapp.db import connection, queries
from courseapp.errors import Problem
from courseapp.openapi import Blueprint
from courseapp.operations import PUBLIC as PUBLIC_OPERATION
from courseapp.responses import for_any_site, json_response
from courseapp.schemas.values import MAX_ID

blp = Blueprint("credentials", __name__, url_prefix="/api/v1/credentials", description=__doc__)


@blp.get("/status/<int:list_id>")
@auth.public
@blp.response(200, {"type": "object"}, description="A verifiable credential, as its standard says")
@blp.refuses("not_found", "unavailable")
@blp.doc(**PUBLIC_OPERATION)
def get_status_list(list_id):
    """Of 131,072 credentials, which were revoked or replaced: a signed Bitstring Status List."""
    with connection() as conn:
        body = queries.credentials.get_status_list(conn, list_id=min(list_id, MAX_ID))
    if body is None:
        raise Problem("not_found")
    return for_any_site(json_response(body.encode(), cache="public, max-age=60"))
