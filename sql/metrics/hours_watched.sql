-- name: hours_watched(user_ids)
-- purpose:  Metric of achievements: full hours of lessons watched; a second seen twice counts once.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, POST /api/v1/courses/<course_id>/enroll,
--           POST /api/v1/gamification/users/<user_id>/corrections, flask achievements backfill,
--           flask achievements preview, flask seed demo, flask seed load, job settle_course
-- param:    user_ids bigint[], one learner who may have earned something, or a batch of them
-- returns:  rows of user_id bigint and value bigint, one a learner
-- index:    idx_lesson_progress_user_id or idx_lesson_progress_user_lesson
-- budget:   10 ms p95, warm, one learner, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select
    learner.user_id,
    (
        select coalesce(sum(lp.watched_seconds), 0) / 3600
        from lesson_progress as lp
        where lp.user_id = learner.user_id
    ) as value
from unnest(cast(:user_ids as bigint[])) as learner (user_id);
