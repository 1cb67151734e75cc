-- name: record_activity_day(user_id, lesson_id)$
-- purpose:  Step 5 of a completion: the learner's local day becomes an active one, and freezes
--           bridge the days that were missed before it.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, job settle_course,
--           POST /api/v1/courses/<course_id>/enroll
-- param:    user_id bigint, the learner
-- param:    lesson_id bigint, the lesson just completed
-- returns:  the day, a date, when it is a new active one, else no row; update_streak comes next
-- index:    user_activity_days_pkey
-- budget:   2 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    gamification:{user_id}
-- locks:    the learner's user_streaks row; the user's row, key-shared
-- scope:    one-user
-- The day of the completion's own time, which the database took after it had the mutex: a
-- learner's days come in order, unless they change their time zone.
with today as (
    select
        u.id as user_id,
        (lp.completed_at at time zone u.timezone)::date as day,
        us.last_active_on,
        coalesce(us.freezes, 0) as freezes,
        -- Null before the first day, below zero for a day before the last one.
        (lp.completed_at at time zone u.timezone)::date - us.last_active_on - 1 as missed
    from lesson_progress as lp
    inner join users as u on lp.user_id = u.id
    left join user_streaks as us on u.id = us.user_id
    where lp.user_id = :user_id and lp.lesson_id = :lesson_id
),

bridged as (
    insert into user_activity_days (user_id, day, is_frozen)
    select
        today.user_id,
        today.last_active_on + n,
        true
    from today
    cross join generate_series(1, today.missed) as n
    -- Too few do not help: the streak ends, and they are gone.
    where today.missed <= today.freezes
    on conflict on constraint user_activity_days_pkey do nothing
),

active as (
    insert into user_activity_days as ad (user_id, day)
    select
        today.user_id,
        today.day
    from today
    on conflict on constraint user_activity_days_pkey do update
        set is_frozen = false
        -- West over the date line, a day can come again.
        where ad.is_frozen
    -- A row version that was inserted, not updated, has no xmax.
    returning ad.user_id, xmax <> 0 as was_frozen
)

insert into user_streaks as us (user_id, last_active_on)
select
    today.user_id,
    today.day
from today
inner join active on today.user_id = active.user_id
on conflict on constraint user_streaks_pkey do update
    set
        last_active_on = greatest(us.last_active_on, excluded.last_active_on),
        freezes = least(
            2,
            us.freezes
            -- Spent as the days went by, whether that saved the streak or not.
            - least(us.freezes, greatest(excluded.last_active_on - us.last_active_on - 1, 0))
            -- A freeze that turned out not to be needed comes back.
            + (select count(*) filter (where was_frozen) from active)
        ),
        updated_at = now()
returning (select today.day from today);
