-- name: lock_course_against_learners(course_id)!
-- purpose:  Before a course is deleted: wait for those who are enrolling just now, so that they are
--           seen; who comes later finds no course.
-- endpoint: DELETE /api/v1/courses/<ref>
-- param:    course_id bigint, locked before against other authors
-- returns:  1
-- index:    courses_pkey
-- budget:   2 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the course's row, also against who enrolls
-- scope:    none
select id
from courses
where id = :course_id
for update;
