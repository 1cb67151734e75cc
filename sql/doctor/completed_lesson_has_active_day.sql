-- name: completed_lesson_has_active_day()
-- purpose:  The day of each completion is an active one. Time zones change, so the day before or
--           after in UTC will do.
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
        done.user_id,
        concat('no active day for what was completed on ', done.day) as detail
    from (
        select distinct
            user_id,
            (completed_at at time zone 'UTC')::date as day
        from lesson_progress
        where is_completed
    ) as done
    where
        not exists (
            select
            from user_activity_days as ad
            where
                ad.user_id = done.user_id
                and ad.day between done.day - 1 and done.day + 1
                and not ad.is_frozen
        )
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
