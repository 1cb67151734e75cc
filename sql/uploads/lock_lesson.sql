-- name: lock_lesson(lesson_id, user_id, role)$
-- purpose:  Whether the caller may give this lesson a video, and nobody else meanwhile.
-- endpoint: POST /api/v1/lessons/<lesson_id>/uploads
-- param:    lesson_id bigint, from the path
-- param:    user_id bigint, the caller
-- param:    role text, the caller's
-- returns:  outcome (ok, not_found, forbidden, conflict for a text lesson), or no row
-- index:    lessons_pkey
-- budget:   2 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the lesson's row: its uploads are begun and settled one after the other
-- scope:    one-user
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
from lessons as l
inner join modules as m on l.module_id = m.id
inner join courses as c on m.course_id = c.id
where l.id = :lesson_id and l.archived_at is null and c.archived_at is null
for no key update of l;
