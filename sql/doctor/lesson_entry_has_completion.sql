-- name: lesson_entry_has_completion()
-- purpose:  Each lesson in the ledger is completed.
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
        ph.user_id,
        concat(
            'entry ', ph.id, ' is for lesson ', ph.source_id, ', which is not completed'
        ) as detail
    from points_history as ph
    where
        ph.reason = 'lesson_completed'
        and not exists (
            select
            from lesson_progress as lp
            where
                lp.user_id = ph.user_id and lp.lesson_id = ph.source_id and lp.is_completed
        )
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
