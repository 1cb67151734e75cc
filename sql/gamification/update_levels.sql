-- name: update_levels(user_ids)!
-- purpose:  Give a batch of learners the levels of the thresholds as they are now.
-- endpoint: flask levels apply
-- param:    user_ids bigint[], the learners
-- returns:  the number of learners whose level has changed
-- index:    user_points_pkey
-- budget:   20 ms p95, warm, 25 learners
-- cache:    none
-- drops:    gamification:{user_id}
-- locks:    the learners' rows
-- scope:    all-users
with due as (
    -- Everything of a row is read after waiting for it; the row below may be an older version.
    select
        up.user_id,
        up.level as old_level,
        (
            select max(levels.level) from levels
            where levels.min_points <= up.total_points
        ) as level
    from user_points as up
    where up.user_id = any(cast(:user_ids as bigint[]))
    order by up.user_id
    for update of up
)

update user_points as up
set
    level = due.level,
    updated_at = now()
from due
where up.user_id = due.user_id and due.old_level <> due.level;
