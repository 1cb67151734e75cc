-- name: lock_learners(user_ids)
-- purpose:  The mutexes of those of some learners whom nobody else is awarding right now.
-- endpoint: flask achievements backfill, job settle_course
-- param:    user_ids bigint[], the learners
-- returns:  rows of user_id bigint, those who are locked now
-- index:    user_points_pkey
-- budget:   20 ms p95, warm, 1,000 learners
-- cache:    none
-- drops:    none
-- locks:    the learners' rows, until the transaction ends
-- scope:    all-users
select user_id
from user_points
where user_id = any(cast(:user_ids as bigint[]))
order by user_id
-- Waiting for one, it would hold up all the others.
for update skip locked;
