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
-- locks:    the learner's user_points row, then the deleted row: the order of a completion; the
--           user's and the course's row, key-shared
-- scope:    one-user
-- Leaving and coming back while the last lesson is being completed would lose the completion.
with mutex as materialized (
    select up.user_id
    from user_points as up
    where up.user_id = :user_id
    for update
),

deleted as (
    delete from enrollments as e
    where
        e.user_id = :user_id
        and e.course_id = :course_id
        -- Always true; it is here to take the lock.
        and (select count(*) from mutex) >= 0
    returning e.user_id, e.course_id, e.enrolled_at
)

-- What explains the progress that stays.
insert into past_enrollments (user_id, course_id, enrolled_at)
select
    user_id,
    course_id,
    enrolled_at
from deleted
on conflict on constraint past_enrollments_pkey do update
    set
        enrolled_at = excluded.enrolled_at,
        left_at = excluded.left_at;
