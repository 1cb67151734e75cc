-- name: active_day_has_completion()
-- purpose:  On each active day a lesson was completed, with the same latitude.
-- endpoint: flask doctor invariants
-- param:    none
-- returns:  rows of violations bigint (how many there are), user_id bigint and detail text, of the
--           first five
-- index:    none
-- budget:   60 s, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with violation as (
    select
        ad.user_id,
        concat('nothing was completed on the active day ', ad.day) as detail
    from user_activity_days as ad
    left join (
        select distinct
            lp.user_id,
            (lp.completed_at at time zone 'UTC')::date + shift.days as day
        from lesson_progress as lp
        cross join generate_series(-1, 1) as shift (days)
        where lp.is_completed
    ) as done on ad.user_id = done.user_id and ad.day = done.day
    where not ad.is_frozen and done.user_id is null
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
