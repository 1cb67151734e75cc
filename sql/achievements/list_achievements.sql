-- name: list_achievements(user_id, is_active)$
-- purpose:  What can be earned, easy ones first, and what of it the caller has.
-- endpoint: GET /api/v1/achievements
-- param:    user_id bigint, the caller, or null for an anonymous one
-- param:    is_active boolean, false for those that are not given any more
-- returns:  json AchievementList
-- index:    idx_user_achievements_user_id or idx_user_achievements_user_achievement
-- budget:   3 ms p95, warm, 100 k users, 100 achievements
-- cache:    achievements:active
-- drops:    none
-- locks:    none
-- scope:    one-user
select json_build_object(
    'items', coalesce(
        json_agg(
            json_build_object(
                'id', a.id,
                'code', a.code,
                'title', a.title,
                'description', a.description,
                'icon', a.icon,
                'points', a.points,
                'metric', a.metric,
                'threshold', a.threshold,
                'is_active', a.is_active,
                'unlocked_at', ua.unlocked_at
            )
            order by a.metric, a.threshold, a.id
        ), '[]'
    ),
    'next_cursor', null
)
from achievements as a
left join user_achievements as ua on a.id = ua.achievement_id and ua.user_id = :user_id
where a.is_active = :is_active;
