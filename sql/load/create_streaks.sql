-- name: create_streaks()!
-- purpose:  Streaks of the load accounts, as their active days say.
-- endpoint: flask seed load
-- param:    none
-- returns:  the number of accounts
-- index:    none
-- budget:   20 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
with numbered as (
    -- Days in a row minus their numbers is one and the same day.
    select
        user_id,
        day,
        day - row_number() over (partition by user_id order by day)::integer as island
    from user_activity_days
),

streak as (
    select
        user_id,
        max(day) as last_day,
        count(*)::integer as days
    from numbered
    group by user_id, island
),

newest as (
    select
        user_id,
        max(days) as longest,
        max(last_day) as last_day,
        (array_agg(days order by last_day desc))[1] as days
    from streak
    group by user_id
)

insert into user_streaks (user_id, current_streak, longest_streak, last_active_on, updated_at)
select
    users.id,
    coalesce(newest.days, 0),
    coalesce(newest.longest, 0),
    newest.last_day,
    coalesce(newest.last_day, users.created_at)
from users
left join newest on users.id = newest.user_id
where
    users.email like 'load______@example.com'
    or users.email like 'loadinstructor__@example.com'
order by users.id;
