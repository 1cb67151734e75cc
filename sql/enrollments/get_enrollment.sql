-- name: get_enrollment(user_id, course_id)$
-- purpose:  Whether the caller is enrolled: the guide's critical query 3.
-- endpoint: GET /api/v1/courses/<course_id>/enroll, POST /api/v1/courses/<course_id>/enroll
-- param:    user_id bigint, the caller
-- param:    course_id bigint, from the path
-- returns:  json Enrollment, or no row when not enrolled
-- index:    idx_enrollments_user_course
-- budget:   1 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select json_build_object(
    'id', id,
    'course_id', course_id,
    'enrolled_at', enrolled_at,
    'completed_at', completed_at
)
from enrollments
where user_id = :user_id and course_id = :course_id;
