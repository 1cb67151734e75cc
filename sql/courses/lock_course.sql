-- name: lock_course(course_id, slug, versions, user_id, role)^
-- purpose:  Before an author changes a course: whether they may, whether they know its newest
--           version, and that no other author changes anything in it until this transaction ends.
-- endpoint: PATCH /api/v1/courses/<ref>, DELETE /api/v1/courses/<ref>,
--           POST /api/v1/courses/<course_id>/publish, POST /api/v1/courses/<course_id>/unpublish,
--           PUT /api/v1/courses/<course_id>/outline, POST /api/v1/courses/<course_id>/instructors,
--           DELETE /api/v1/courses/<course_id>/instructors/<user_id>,
--           POST /api/v1/courses/<course_id>/modules
-- param:    course_id bigint, from the path, or null when it has a slug
-- param:    slug text, from the path, or null when it has an id
-- param:    versions bigint[], one of them has to be the current one; or null for any
-- param:    user_id bigint, the caller
-- param:    role text, the caller's
-- returns:  outcome (ok, forbidden, not_found, precondition_failed), the course's id, and whether
--           it is in the public list; no row when there is none
-- index:    courses_pkey, courses_slug_key
-- budget:   2 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the course's row, against other authors only: who enrolls does not wait
-- scope:    one-user
select
    case
        when c.archived_at is not null then 'not_found'
        when may.edit and c.version <> all(cast(:versions as bigint[])) then 'precondition_failed'
        when may.edit then 'ok'
        when c.published_at is not null or may.view then 'forbidden'
        else 'not_found'
    end as outcome,
    c.id as course_id,
    c.published_at is not null as is_public
from courses as c
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
where c.id = :course_id or c.slug = :slug
for no key update of c;
