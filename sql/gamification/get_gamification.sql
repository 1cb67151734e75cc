-- name: get_gamification(user_id)$
-- purpose:  A learner's points, level, streak and achievements: the guide's critical query 2.
-- endpoint: GET /api/v1/gamification/me
-- param:    user_id bigint, the caller
-- returns:  json Gamification
-- index:    user_points_pkey
-- budget:   3 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select json_build_object(
    'total_points', up.total_points,
    'level', up.level,
    'current_streak', coalesce(us.current_streak, 0),
    'longest_streak', coalesce(us.longest_streak, 0),
    'achievements_count', count(ua.id)
)
from user_points as up
left join user_streaks as us on up.user_id = us.user_id
left join user_achievements as ua on up.user_id = ua.user_id
where up.user_id = :user_id
group by up.user_id, us.user_id;
