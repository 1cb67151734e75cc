"""The audit trail of staff."""

from courseapp import auth
from courseapp.db import connection, queries
from courseapp.openapi import Blueprint
from courseapp.responses import PRIVATE, json_response
from courseapp.schemas.audit import AuditLogSchema, AuditQuerySchema

blp = Blueprint("audit", __name__, url_prefix="/api/v1/audit-log", description=__doc__)


@blp.get("")
@auth.admin
@blp.arguments(AuditQuerySchema, location="query")
@blp.response(200, AuditLogSchema)
@blp.refuses("bad_request", "invalid", "unauthenticated", "forbidden", "unavailable")
def list_audit_log(query):
    """What staff did, newest first."""
    (before_id,) = query.pop("cursor") or (None,)
    with connection() as conn:
        body = queries.audit.list_audit_log(conn, before_id=before_id, **query)
    return json_response(body, cache=PRIVATE)
