-- name: add_instructor(actor_id, course_id, email)^
-- purpose:  Let another instructor teach a course with those it has.
-- endpoint: POST /api/v1/courses/<course_id>/instructors
-- param:    actor_id bigint, who asks
-- param:    course_id bigint, locked before
-- param:    email text, in any case
-- returns:  whether it is new, and json Instructor; no row when no active instructor or admin has
--           this e-mail
-- index:    users_email_key
-- budget:   3 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the new rows; the instructor's row, key-shared
-- scope:    none
with instructor as (
    select
        u.id,
        u.full_name
    from users as u
    where
        u.email = lower(:email)
        and u.role in ('instructor', 'admin')
        and u.deactivated_at is null
),

added as (
    insert into course_instructors (course_id, user_id)
    select
        :course_id,
        instructor.id
    from instructor
    on conflict on constraint course_instructors_pkey do nothing
    returning user_id
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'instructor_added',
        'course',
        :course_id,
        jsonb_build_object('user_id', added.user_id)
    from added
)

select
    added.user_id is not null as is_new,
    json_build_object(
        'id', instructor.id,
        'full_name', instructor.full_name,
        'is_lead', coalesce(i.is_lead, false)
    ) as body
from instructor
left join added on instructor.id = added.user_id
-- As it was before: who has just been added does not lead.
left join course_instructors as i on instructor.id = i.user_id and i.course_id = :course_id;
