-- name: lessons_completed(user_ids)
-- purpose:  Metric of achievements: lessons completed.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, POST /api/v1/courses/<course_id>/enroll,
--           POST /api/v1/gamification/users/<user_id>/corrections, flask achievements backfill,
--           flask achievements preview, flask doctor invariants, flask seed demo, flask seed load,
--           job settle_course
-- param:    user_ids bigint[], one learner who may have earned something, or a batch of them
-- returns:  rows of user_id bigint and value bigint, one a learner
-- index:    idx_points_history_user_reason_source or idx_points_history_user_id
-- budget:   5 ms p95, warm, one learner, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select
    learner.user_id,
    (
        select count(*)
        -- Each completed lesson has its entry, which is found without reading the table.
        from points_history as ph
        where ph.user_id = learner.user_id and ph.reason = 'lesson_completed'
    ) as value
from unnest(cast(:user_ids as bigint[])) as learner (user_id);
