-- name: get_course_for_staff(course_id, user_id, role)^
-- purpose:  Whether the caller may see who takes a course, and the course's name for the file.
-- endpoint: GET /api/v1/courses/<course_id>/learners.csv
-- param:    course_id bigint, from the path
-- param:    user_id bigint, the caller
-- param:    role text, the caller's
-- returns:  outcome (ok, forbidden, not_found) and slug text; no row when there is no such course
-- index:    courses_pkey
-- budget:   2 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    case
        when :role = 'admin' then 'ok'
        when i.user_id is not null and :role = 'instructor' then 'ok'
        when c.published_at is not null then 'forbidden'
        when e.user_id is not null then 'forbidden'
        else 'not_found'
    end as outcome,
    c.slug
from courses as c
left join course_instructors as i on c.id = i.course_id and i.user_id = :user_id
left join enrollments as e on c.id = e.course_id and e.user_id = :user_id
where c.id = :course_id;
