"""Points, levels and streaks."""

from flask import g

from courseapp import auth
from courseapp.cache import GAMIFICATION, cached
from courseapp.cache_drops import dropping
from courseapp.corrections import correct_points
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.openapi import Blueprint
from courseapp.operations import BODY
from courseapp.responses import PRIVATE, json_response
from courseapp.schemas.gamification import (
    CorrectionSchema,
    GamificationSchema,
    LeaderboardQuerySchema,
    LeaderboardSchema,
    PointsEntrySchema,
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
    user_id = g.caller.user_id

    def compute():
        with connection() as conn:
            body, until_midnight = queries.gamification.get_gamification(conn, user_id=user_id)
        return body, min(GAMIFICATION.seconds, until_midnight)

    return json_response(cached(GAMIFICATION, compute, user_id=user_id), cache=PRIVATE)


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


@blp.get("/leaderboard")
@auth.required
@blp.arguments(LeaderboardQuerySchema, location="query")
@blp.response(200, LeaderboardSchema)
@blp.refuses("bad_request", "invalid", "unauthenticated", "not_found", "unavailable")
def list_leaderboard(query):
    """Who has the most points in a week, a month or altogether; of those who opted in.

    `PATCH auth/me` with `leaderboard_opt_in` is how one opts in, and out again.
    """
    with connection() as conn:
        body = queries.gamification.list_leaderboard(conn, **auth.viewer(), **query)
    if body is None:
        raise Problem("not_found")
    return json_response(body, cache=PRIVATE)


@blp.post("/users/<id:user_id>/corrections")
@auth.admin
@blp.arguments(CorrectionSchema)
@blp.response(201, PointsEntrySchema, description="Corrected now")
@blp.alt_response(200, schema=PointsEntrySchema, description="Was corrected before")
@blp.refuses(
    *BODY,
    *("unauthenticated", "forbidden", "not_found", "conflict", "too_few_points", "unavailable"),
)
def correct(correction, user_id):
    """Give a learner points or take some, with a reason that they see in their history.

    Sending the same `correction_id` again is safe; with other points or another note it is 409.
    """
    with dropping() as drops, connection() as conn:
        outcome, is_new, body = correct_points(conn, drops, g.caller.user_id, user_id, correction)
    if outcome == "conflict":
        raise Problem(outcome, "This correction_id was used with other points or another note")
    refuse(outcome)
    return json_response(body, 201 if is_new else 200)
