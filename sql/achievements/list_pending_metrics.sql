-- name: list_pending_metrics(user_ids)
-- purpose:  Step 6 of a completion: which metrics can still earn one of the learners something,
--           and from which value on.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, POST /api/v1/courses/<course_id>/enroll,
--           POST /api/v1/gamification/users/<user_id>/corrections, flask achievements backfill,
--           flask seed demo, flask seed load, job settle_course
-- param:    user_ids bigint[], the learners
-- returns:  rows of metric text and threshold integer, the lowest that one of them lacks
-- index:    idx_user_achievements_user_id or idx_user_achievements_user_achievement
-- budget:   2 ms p95, warm, one learner, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with held as (
    select
        ua.achievement_id,
        count(*) as learners
    from user_achievements as ua
    where ua.user_id = any(cast(:user_ids as bigint[]))
    group by ua.achievement_id
)

select
    a.metric,
    min(a.threshold) as threshold
from achievements as a
left join held on a.id = held.achievement_id
where a.is_active and coalesce(held.learners, 0) < cardinality(cast(:user_ids as bigint[]))
group by a.metric;
