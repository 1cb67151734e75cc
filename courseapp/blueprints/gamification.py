"""Points, levels and streaks."""

from flask import g

from courseapp import auth
from courseapp.db import connection, queries
from courseapp.openapi import Blueprint
from courseapp.responses import PRIVATE, json_response
from courseapp.schemas.gamification import (
    GamificationSchema,
    PointsHistorySchema,
    PointsQuerySchema,
)

blp = Blueprint("gamification", __name__, url_prefix="/api/v1/gamification", description=__doc__)


@blp.get("/me")
@auth.required
@blp.response(200, GamificationSchema)
@blp.refuses("unauthenticated", "unavailable")
def get_my_gamification():
    """What the caller has earned so far."""
    with connection() as conn:
        body = queries.gamification.get_gamification(conn, user_id=g.caller.user_id)
    return json_response(body, cache=PRIVATE)


@blp.get("/me/history")
@auth.required
@blp.arguments(PointsQuerySchema, location="query")
@blp.response(200, PointsHistorySchema)
@blp.refuses("bad_request", "invalid", "unauthenticated", "unavailable")
def list_my_points(query):
    """The caller's points, newest first."""
    (before_id,) = query["cursor"] or (None,)
    with connection() as conn:
        body = queries.gamification.list_points_history(
            conn, user_id=g.caller.user_id, before_id=before_id, limit=query["limit"]
        )
    return json_response(body, cache=PRIVATE)
