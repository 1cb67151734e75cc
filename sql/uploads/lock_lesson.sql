-- name: lock_lesson(lesson_id, user_id, role)$
-- purpose:  Whether the caller may give this lesson a video, and nobody else meanwhile.
-- endpoint: POST /api/v1/lessons/<lesson_id>/uploads
-- param:    lesson_id bigint, from the path
-- param:    user_id bigint, the caller
-- param:    role text, the caller's
-- returns:  outcome (ok, not_found, forbidden, conflict for a text lesson), or no row
-- index:    courses_pkey, lessons_pkey, modules_pkey
-- budget:   2 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the course's and then the lesson's row, not against its learners: its uploads are begun
--           and settled one after the other
-- scope:    one-user
-- A lesson that is moved while we wait keeps its course: see lessons.lock_lesson.
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
        when
            :role = 'admin'
            or exists (
                select from course_instructors as i
                where i.course_id = c.id and i.user_id = :user_id and :role = 'instructor'
            )
            then case when l.kind = 'video' then 'ok' else 'conflict' end
        when l.published_at is null then 'not_found'
        when c.published_at is not null then 'forbidden'
        when
            exists (
                select from enrollments as e
                where e.course_id = c.id and e.user_id = :user_id
            )
            then 'forbidden'
        else 'not_found'
    end as outcome
from place
inner join courses as c on place.course_id = c.id
inner join lessons as l on place.lesson_id = l.id
where l.archived_at is null and c.archived_at is null
for no key update of c, l;
