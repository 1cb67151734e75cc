-- name: delete_enrollment(user_id, course_id)!
-- purpose:  Leave a course. The progress stays, for a return.
-- endpoint: DELETE /api/v1/courses/<course_id>/enroll
-- param:    user_id bigint, the caller
-- param:    course_id bigint, from the path
-- returns:  the number of enrollments deleted, 0 or 1
-- index:    idx_enrollments_user_course
-- budget:   2 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the deleted row
-- scope:    one-user
delete from enrollments
where user_id = :user_id and course_id = :course_id;
