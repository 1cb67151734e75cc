-- name: get_gamification(user_id)^
-- purpose:  A learner's points, level, streak and achievements: the guide's critical query 2.
-- endpoint: GET /api/v1/gamification/me
-- param:    user_id bigint, the caller
-- returns:  json Gamification, and double precision, the seconds to the learner's midnight
-- index:    user_points_pkey
-- budget:   3 ms p95, warm, 100 k users
-- cache:    gamification:{user_id}
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    json_build_object(
        'total_points', coalesce(up.total_points, 0),
        'level', coalesce(up.level, 1),
        'level_min_points', reached.min_points,
        'next_level_points', next.min_points,
        'level_percentage', case
            when next.min_points is null then 100
            else greatest(
                (coalesce(up.total_points, 0) - reached.min_points) * 100
                / (next.min_points - reached.min_points), 0
            )
        end,
        'current_streak', case when streak.is_alive then us.current_streak else 0 end,
        'longest_streak', coalesce(us.longest_streak, 0),
        'is_active_today', coalesce(us.last_active_on >= streak.today, false),
        'streak_freezes', coalesce(greatest(us.freezes - streak.missed, 0), 0),
        -- The midnight of the learner's zone at which it will be 0 unless a lesson is completed.
        'streak_ends_at', case
            when streak.is_alive
                then least(
                    midnight.at at time zone u.timezone,
                    -- Where that hour comes twice PostgreSQL takes the second, but the day begins
                    -- with the first.
                    (midnight.at - interval '1 microsecond') at time zone u.timezone
                    + interval '1 microsecond'
                )
        end,
        'achievements_count', earned.count,
        'achievements', earned.achievements
    ) as body,
    -- At midnight some of it changes by itself.
    extract(
        epoch from least(
            (streak.today + 1)::timestamp at time zone u.timezone,
            ((streak.today + 1)::timestamp - interval '1 microsecond') at time zone u.timezone
            + interval '1 microsecond'
        ) - now()
    )::double precision as until_midnight
from users as u
left join user_points as up on u.id = up.user_id
left join user_streaks as us on u.id = us.user_id
cross join lateral (
    select
        local.today,
        gap.missed,
        -- Nothing has to run at midnight: who reads sees which day it is.
        us.current_streak > 0 and gap.missed <= us.freezes as is_alive
    from (select (now() at time zone u.timezone)::date as today) as local
    cross join lateral (select greatest(local.today - us.last_active_on - 1, 0) as missed) as gap
) as streak
cross join lateral (
    select (us.last_active_on + us.freezes + 2)::timestamp as at
) as midnight
-- Level 1 begins at 0, whatever a DBA makes of the others.
cross join lateral (
    select coalesce(max(levels.min_points), 0) as min_points
    from levels
    where levels.level <= coalesce(up.level, 1)
) as reached
left join lateral (
    select levels.min_points
    from levels
    where levels.level > coalesce(up.level, 1)
    order by levels.level
    limit 1
) as next on true
cross join lateral (
    select
        count(ua.achievement_id) as count,
        coalesce(
            json_agg(
                json_build_object(
                    'id', a.id,
                    'code', a.code,
                    'title', a.title,
                    'description', a.description,
                    'icon', a.icon,
                    'points', a.points,
                    'unlocked_at', ua.unlocked_at
                )
                order by ua.unlocked_at desc, a.id asc
            ), '[]'
        ) as achievements
    from user_achievements as ua
    inner join achievements as a on ua.achievement_id = a.id
    where ua.user_id = u.id
) as earned
where u.id = :user_id;
