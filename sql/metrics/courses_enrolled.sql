-- name: courses_enrolled(user_ids)
-- purpose:  Metric of achievements: courses enrolled in, now or before.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, POST /api/v1/courses/<course_id>/enroll,
--           POST /api/v1/gamification/users/<user_id>/corrections, flask achievements backfill,
--           flask achievements preview, flask doctor invariants, flask seed demo, flask seed load,
--           job settle_course
-- param:    user_ids bigint[], one learner who may have earned something, or a batch of them
-- returns:  rows of user_id bigint and value bigint, one a learner
-- index:    idx_enrollments_user_id or idx_enrollments_user_course
-- budget:   5 ms p95, warm, one learner, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select
    learner.user_id,
    (
        select count(*)
        from enrollments as e
        where e.user_id = learner.user_id
    ) + (
        select count(*)
        from past_enrollments as pe
        where
            pe.user_id = learner.user_id
            and not exists (
                select
                from enrollments as e
                where e.user_id = pe.user_id and e.course_id = pe.course_id
            )
    ) as value
from unnest(cast(:user_ids as bigint[])) as learner (user_id);
