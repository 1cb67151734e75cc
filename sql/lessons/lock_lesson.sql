-- name: lock_lesson(lesson_id, versions, user_id, role)^
-- purpose:  As lock_course, before an author changes a lesson of a course.
-- endpoint: PATCH /api/v1/lessons/<lesson_id>, DELETE /api/v1/lessons/<lesson_id>,
--           POST /api/v1/lessons/<lesson_id>/publish, POST /api/v1/lessons/<lesson_id>/unpublish
-- param:    lesson_id bigint, from the path
-- param:    versions bigint[], one of them has to be the current one; or null for any
-- param:    user_id bigint, the caller
-- param:    role text, the caller's
-- returns:  outcome (ok, forbidden, not_found, precondition_failed), the course's id, and whether
--           it is in the public list; no row when there is none
-- index:    lessons_pkey
-- budget:   2 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the course's row, against other authors only; the lesson's, not against its learners
-- scope:    one-user
-- A lesson that is moved while we wait keeps its course. Joined through its module it would be
-- lost: after the wait there are the newest rows of what is locked, and the old ones of the rest.
with place as materialized (
    select
        l.id as lesson_id,
        m.course_id
    from lessons as l
    inner join modules as m on l.module_id = m.id
    where l.id = :lesson_id
)

select
    case
        when c.archived_at is not null or l.archived_at is not null then 'not_found'
        when may.edit and l.version <> all(cast(:versions as bigint[])) then 'precondition_failed'
        when may.edit then 'ok'
        when l.published_at is null then 'not_found'
        when c.published_at is not null or may.view then 'forbidden'
        else 'not_found'
    end as outcome,
    c.id as course_id,
    c.published_at is not null as is_public
from place
inner join courses as c on place.course_id = c.id
inner join lessons as l on place.lesson_id = l.id
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
for no key update of c, l;
