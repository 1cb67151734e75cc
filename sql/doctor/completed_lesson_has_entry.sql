-- name: completed_lesson_has_entry()
-- purpose:  Each completed lesson is in the ledger.
-- endpoint: flask doctor invariants
-- param:    none
-- returns:  rows of violations bigint (how many there are), user_id bigint and detail text, of the
--           first five
-- index:    none
-- budget:   20 s, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with violation as (
    select
        lp.user_id,
        concat('lesson ', lp.lesson_id, ' is completed, and not in the ledger') as detail
    from lesson_progress as lp
    where
        lp.is_completed
        and not exists (
            select
            from points_history as ph
            where
                ph.user_id = lp.user_id
                and ph.reason = 'lesson_completed'
                and ph.source_id = lp.lesson_id
        )
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
