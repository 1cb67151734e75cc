-- name: achievement_entry_has_unlock()
-- purpose:  Each achievement in the ledger is unlocked.
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
        ph.user_id,
        concat(
            'entry ', ph.id, ' is for achievement ', ph.source_id, ', which is not unlocked'
        ) as detail
    from points_history as ph
    where
        ph.reason = 'achievement_unlocked'
        and not exists (
            select
            from user_achievements as ua
            where ua.user_id = ph.user_id and ua.achievement_id = ph.source_id
        )
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
