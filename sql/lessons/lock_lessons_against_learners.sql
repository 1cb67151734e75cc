-- name: lock_lessons_against_learners(course_id, module_id, lesson_id)!
-- purpose:  Before lessons are deleted: wait for learners who are beginning one of them just now,
--           so that their progress is seen; who comes later finds no lesson.
-- endpoint: DELETE /api/v1/courses/<ref>, DELETE /api/v1/modules/<module_id>,
--           DELETE /api/v1/lessons/<lesson_id>
-- param:    course_id bigint, the course
-- param:    module_id bigint, only the lessons of this one; or null
-- param:    lesson_id bigint, only this one; or null
-- returns:  how many
-- index:    idx_lessons_module_id_position or idx_lessons_module_id or lessons_pkey
-- budget:   5 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the lessons' rows, also against who begins one
-- scope:    none
select l.id
from modules as m
inner join lessons as l on m.id = l.module_id
where
    m.course_id = :course_id
    and m.id = coalesce(:module_id::bigint, m.id)
    and l.id = coalesce(:lesson_id::bigint, l.id)
order by l.id
for update of l;
