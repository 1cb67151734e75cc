-- name: completed_course_has_entry()
-- purpose:  Each completed course is in the ledger.
-- endpoint: flask doctor invariants
-- param:    none
-- returns:  rows of violations bigint (how many there are), user_id bigint and detail text, of the
--           first five
-- index:    none
-- budget:   5 s, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with violation as (
    select
        e.user_id,
        concat('course ', e.course_id, ' is completed, and not in the ledger') as detail
    from enrollments as e
    where
        e.completed_at is not null
        and not exists (
            select
            from points_history as ph
            where
                ph.user_id = e.user_id
                and ph.reason = 'course_completed'
                and ph.source_id = e.course_id
        )
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
