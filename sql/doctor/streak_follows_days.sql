-- name: streak_follows_days()
-- purpose:  Streaks are what the active days make them.
-- endpoint: flask doctor invariants
-- param:    none
-- returns:  rows of violations bigint (how many there are), user_id bigint and detail text, of the
--           first five
-- index:    none
-- budget:   30 s, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with violation as (
    select
        coalesce(us.user_id, due.user_id) as user_id,
        concat(
            'streak ', us.current_streak, ' of at most ', us.longest_streak, ', last on ',
            us.last_active_on, '; should be ', coalesce(due.days, 0), ' of at most ',
            coalesce(due.longest, 0), ', last on ', due.last_day
        ) as detail
    from user_streaks as us
    full join (
        select
            run.user_id,
            max(run.last_day) as last_day,
            max(run.days) as longest,
            (array_agg(run.days order by run.last_day desc))[1] as days
        from (
            select
                user_id,
                max(day) as last_day,
                count(*) filter (where not is_frozen) as days
            from (
                select
                    *,
                    day - row_number() over (partition by user_id order by day)::integer as island
                from user_activity_days
            ) as numbered
            group by user_id, island
        ) as run
        group by run.user_id
    ) as due on us.user_id = due.user_id
    where
        (us.current_streak, us.longest_streak, us.last_active_on)
        is distinct from (coalesce(due.days, 0), coalesce(due.longest, 0), due.last_day)
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
