-- name: remove_instructor(actor_id, role, course_id, user_id)$
-- purpose:  Let somebody teach a course no longer; its lead only at an admin's word.
-- endpoint: DELETE /api/v1/courses/<course_id>/instructors/<user_id>
-- param:    actor_id bigint, who asks
-- param:    role text, theirs
-- param:    course_id bigint, locked before
-- param:    user_id bigint, who shall go
-- returns:  outcome (ok, forbidden); no row when they do not teach it
-- index:    none
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the row of course_instructors
-- scope:    none
with judged as materialized (
    select
        i.user_id,
        not i.is_lead or :role = 'admin' as may_go
    from course_instructors as i
    where i.course_id = :course_id and i.user_id = :user_id
),

removed as (
    delete from course_instructors as i
    using judged
    where i.course_id = :course_id and i.user_id = judged.user_id and judged.may_go
    returning i.user_id
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'instructor_removed',
        'course',
        :course_id,
        jsonb_build_object('user_id', removed.user_id)
    from removed
)

select case when judged.may_go then 'ok' else 'forbidden' end as outcome
from judged;
