-- name: update_levels(user_ids)!
-- purpose:  Give a batch of learners the levels of the thresholds as they are now.
-- endpoint: flask levels apply
-- param:    user_ids bigint[], the learners
-- returns:  the number of learners whose level has changed
-- index:    user_points_pkey
-- budget:   50 ms p95, warm, 1,000 learners
-- cache:    none
-- drops:    none
-- locks:    the rows that change, until the batch is done
-- scope:    all-users
with due as (
    select
        up.user_id,
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
where up.user_id = due.user_id and up.level <> due.level;
