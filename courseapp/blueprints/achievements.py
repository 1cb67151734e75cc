"""Achievements: what there is to earn, and for admins, the rules."""

from flask import g

from courseapp import auth
from courseapp.cache import ACHIEVEMENTS, cached
from courseapp.cache_drops import dropping
from courseapp.cache_trust import EVERYTHING
from courseapp.db import connection, queries
from courseapp.errors import Problem, refuse
from courseapp.openapi import Blueprint
from courseapp.operations import BODY, OPTIONAL
from courseapp.responses import PRIVATE, PUBLIC, json_response, no_content
from courseapp.schemas.achievements import (
    AchievementChangesSchema,
    AchievementListSchema,
    AchievementQuerySchema,
    AchievementSchema,
    NewAchievementSchema,
)

blp = Blueprint("achievements", __name__, url_prefix="/api/v1/achievements", description=__doc__)


@blp.get("")
@auth.optional
@blp.arguments(AchievementQuerySchema, location="query")
@blp.response(200, AchievementListSchema)
@blp.refuses("bad_request", "invalid", "unauthenticated", "forbidden", "unavailable")
@blp.doc(**OPTIONAL)
def list_achievements(query):
    """Everything that can be earned, with `unlocked_at` for those who are logged in."""
    caller = g.caller
    if not query["is_active"]:
        if caller is None:
            raise Problem("unauthenticated")
        if caller.role != "admin":
            raise Problem("forbidden")

    def compute():
        with connection() as conn:
            body = queries.achievements.list_achievements(
                conn, user_id=caller and caller.user_id, is_active=query["is_active"]
            )
        return body, ACHIEVEMENTS.seconds

    # Those of one learner are theirs.
    body = compute()[0] if caller else cached(ACHIEVEMENTS, compute)
    return json_response(body, cache=PRIVATE if caller else PUBLIC, vary="Cookie, Authorization")


@blp.post("")
@blp.leads_to("update_achievement", 201, achievement_id="id")
@blp.leads_to("delete_achievement", 201, achievement_id="id")
@auth.admin
@blp.arguments(NewAchievementSchema)
@blp.response(201, AchievementSchema)
@blp.refuses(*BODY, "unauthenticated", "forbidden", "conflict", "unavailable")
def create_achievement(achievement):
    """Make an achievement. Those who have reached it get it with the next thing they earn.

    `flask achievements backfill` gives it to all of them at once.
    """
    with dropping() as drops, connection() as conn, conn.transaction():
        body = queries.achievements.create_achievement(
            conn, actor_id=g.caller.user_id, **achievement
        )
        drops.record(conn, ACHIEVEMENTS())
    return json_response(body, 201)


@blp.patch("/<id:achievement_id>")
@auth.admin
@blp.arguments(AchievementChangesSchema)
@blp.response(200, AchievementSchema)
@blp.refuses(*BODY, "unauthenticated", "forbidden", "not_found", "conflict", "unavailable")
def update_achievement(changes, achievement_id):
    """Change an achievement. Nobody loses it, or gets other points for having it."""
    with dropping() as drops, connection() as conn, conn.transaction():
        body = queries.achievements.update_achievement(
            conn, actor_id=g.caller.user_id, achievement_id=achievement_id, **changes
        )
        if body is None:
            raise Problem("not_found")
        # Everybody who has it sees it in their gamification.
        drops.record(conn, EVERYTHING)
    return json_response(body)


@blp.delete("/<id:achievement_id>")
@auth.admin
@blp.response(204)
@blp.refuses("unauthenticated", "cross_site", "forbidden", "not_found", "conflict", "unavailable")
def delete_achievement(achievement_id):
    """Delete an achievement that nobody has; otherwise make it inactive instead."""
    with dropping() as drops, connection() as conn, conn.transaction():
        outcome = queries.achievements.delete_achievement(
            conn, actor_id=g.caller.user_id, achievement_id=achievement_id
        )
        if outcome == "ok":
            drops.record(conn, ACHIEVEMENTS())
    if outcome == "conflict":
        raise Problem(outcome, "Somebody has it: make it inactive instead")
    refuse(outcome or "not_found")
    return no_content()
