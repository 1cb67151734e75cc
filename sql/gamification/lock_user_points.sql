-- name: lock_user_points(user_id)$
-- purpose:  Step 1 of everything that awards: the learner's mutex, so that two devices that finish
--           a course's last two lessons cannot each miss the other.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, POST /api/v1/courses/<course_id>/enroll,
--           PATCH /api/v1/auth/me, POST /api/v1/gamification/users/<user_id>/corrections,
--           flask achievements backfill, job settle_course
-- param:    user_id bigint, the learner
-- returns:  user id, or no row when the learner has none
-- index:    user_points_pkey
-- budget:   1 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the learner's row, until the transaction ends
-- scope:    one-user
select user_id
from user_points
where user_id = :user_id
for update;
