-- name: update_demo_totals(user_ids)!
-- purpose:  Bring the totals and levels of the new demo learners in line with their ledger.
-- endpoint: flask seed demo
-- param:    user_ids bigint[], accounts made in this transaction
-- returns:  the number of learners that have points
-- index:    idx_points_history_user_id
-- budget:   100 ms, once
-- cache:    none
-- drops:    none
-- locks:    the new learners' points, which nobody else can see yet
-- scope:    all-users
with ledger as (
    select
        user_id,
        sum(points) as total,
        max(created_at) as newest
    from points_history
    where user_id = any(cast(:user_ids as bigint[]))
    group by user_id
)

update user_points
set
    total_points = ledger.total,
    level = (
        select max(levels.level)
        from levels
        where levels.min_points <= ledger.total
    ),
    updated_at = ledger.newest
from ledger
where
    user_points.user_id = ledger.user_id
    and user_points.user_id = any(cast(:user_ids as bigint[]));
