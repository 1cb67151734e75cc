-- name: longest_streak(user_ids)
-- purpose:  Metric of achievements: the longest streak, in days.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, POST /api/v1/courses/<course_id>/enroll,
--           POST /api/v1/gamification/users/<user_id>/corrections, flask achievements backfill,
--           flask achievements preview, flask doctor invariants, flask seed demo, flask seed load,
--           job settle_course
-- param:    user_ids bigint[], one learner who may have earned something, or a batch of them
-- returns:  rows of user_id bigint and value bigint, one a learner
-- index:    user_streaks_pkey
-- budget:   5 ms p95, warm, one learner, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select
    learner.user_id,
    coalesce(us.longest_streak, 0)::bigint as value
from unnest(cast(:user_ids as bigint[])) as learner (user_id)
left join user_streaks as us on learner.user_id = us.user_id;
