-- name: update_streak(user_id, day)!
-- purpose:  Step 5 of a completion goes on: count the streak anew from the days, and give a freeze
--           each time it passes another seven.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, flask seed demo, job settle_course,
--           POST /api/v1/courses/<course_id>/enroll
-- param:    user_id bigint, the learner
-- param:    day date, the new active day, or null for days that earn no freeze
-- returns:  the number of streaks updated, 0 or 1
-- index:    user_activity_days_pkey
-- budget:   3 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    gamification:{user_id}
-- locks:    the learner's user_streaks row
-- scope:    one-user
-- From all days, once a day: nothing can be counted twice, whatever came in which order.
with numbered as (
    -- Days in a row minus their numbers is one and the same day.
    select
        day,
        is_frozen,
        day - row_number() over (order by day)::integer as island
    from user_activity_days
    where user_id = :user_id
),

run as (
    select
        island,
        max(day) as last_day,
        count(*) filter (where not is_frozen)::integer as days,
        -- As a day may join two runs, each seven days earn once.
        count(*) filter (where not is_frozen and day < :day::date)::integer as days_before,
        count(*) filter (where not is_frozen and day > :day::date)::integer as days_after,
        coalesce(bool_or(day = :day::date), false) as has_day
    from numbered
    group by island
),

streak as (
    select
        run.*,
        max(run.days) over () as longest,
        run.has_day and run.days / 7 > run.days_before / 7 + run.days_after / 7 as earns_freeze
    from run
    order by run.last_day desc
    limit 1
)

update user_streaks as us
set
    current_streak = streak.days,
    longest_streak = greatest(us.longest_streak, streak.longest),
    last_active_on = streak.last_day,
    freezes = least(2, us.freezes + streak.earns_freeze::integer),
    updated_at = now()
from streak
where us.user_id = :user_id;
