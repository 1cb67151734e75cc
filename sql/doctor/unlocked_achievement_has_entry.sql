-- name: unlocked_achievement_has_entry()
-- purpose:  Each achievement that somebody has is in the ledger.
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
        ua.user_id,
        concat('achievement ', ua.achievement_id, ' is unlocked, and not in the ledger') as detail
    from user_achievements as ua
    where
        not exists (
            select
            from points_history as ph
            where
                ph.user_id = ua.user_id
                and ph.reason = 'achievement_unlocked'
                and ph.source_id = ua.achievement_id
        )
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
