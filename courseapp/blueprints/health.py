"""What a load balancer asks."""

from flask import Blueprint, Response

from courseapp import auth, migrate
from courseapp.db import connection
from courseapp.errors import Problem

blp = Blueprint("health", __name__)


@blp.get("/livez")
@auth.public
def livez():
    """The process answers. Touches nothing else."""
    return Response("ok\n", content_type="text/plain")


@blp.get("/readyz")
@auth.public
def readyz():
    """The database answers and has every migration of this version; else 503."""
    with connection() as conn:
        pending = migrate.pending(conn)
    if pending:
        raise Problem("unavailable", f"Migrations are pending: {', '.join(pending)}")
    return Response("ok\n", content_type="text/plain")
