-- name: lock_module(module_id, versions, user_id, role)^
-- purpose:  As lock_course, before an author changes a module of a course.
-- endpoint: PATCH /api/v1/modules/<module_id>, DELETE /api/v1/modules/<module_id>,
--           POST /api/v1/modules/<module_id>/lessons
-- param:    module_id bigint, from the path
-- param:    versions bigint[], one of them has to be the current one; or null for any
-- param:    user_id bigint, the caller
-- param:    role text, the caller's
-- returns:  outcome (ok, forbidden, not_found, precondition_failed), the course's id, and whether
--           it is in the public list; no row when there is none
-- index:    modules_pkey
-- budget:   2 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the course's row, against other authors only; the module's
-- scope:    one-user
select
    case
        when c.archived_at is not null or m.archived_at is not null then 'not_found'
        when may.edit and m.version <> all(cast(:versions as bigint[])) then 'precondition_failed'
        when may.edit then 'ok'
        when c.published_at is not null or may.view then 'forbidden'
        else 'not_found'
    end as outcome,
    c.id as course_id,
    c.published_at is not null as is_public
from modules as m
inner join courses as c on m.course_id = c.id
cross join lateral (
    select
        :role = 'admin' or exists (
            select from course_instructors as i
            where i.course_id = c.id and i.user_id = :user_id and :role = 'instructor'
        ) as edit,
        exists(
            select from enrollments as e
            where e.course_id = c.id and e.user_id = :user_id
        ) as view
) as may
where m.id = :module_id
for no key update of c, m;
