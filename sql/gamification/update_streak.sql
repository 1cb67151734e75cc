-- name: update_streak(user_id)!
-- purpose:  Step 5 of a completion goes on: count the streak anew from the days, and give a freeze
--           each time it passes another seven.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, flask seed demo
-- param:    user_id bigint, the learner
-- returns:  the number of streaks updated, 0 or 1
-- index:    user_activity_days_pkey
-- budget:   3 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
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
        max(day) as last_day,
        count(*) filter (where not is_frozen)::integer as days
    from numbered
    group by island
),

streak as (
    select
        max(last_day) as last_day,
        max(days) as longest,
        (array_agg(days order by last_day desc))[1] as days
    from run
)

update user_streaks as us
set
    current_streak = streak.days,
    longest_streak = greatest(us.longest_streak, streak.longest),
    last_active_on = streak.last_day,
    freezes = least(
        2, us.freezes + case when streak.days / 7 > us.current_streak / 7 then 1 else 0 end
    ),
    updated_at = now()
from streak
where us.user_id = :user_id and streak.days is not null;
