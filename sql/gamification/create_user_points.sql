-- name: create_user_points(user_id)!
-- purpose:  The row that registration makes, for a learner who came in another way: without it
--           there is no mutex, and the ledger's points would reach no total.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, POST /api/v1/courses/<course_id>/enroll,
--           PATCH /api/v1/auth/me, POST /api/v1/gamification/users/<user_id>/corrections,
--           flask achievements backfill, job settle_course
-- param:    user_id bigint, the learner
-- returns:  the number of rows made; 0 when it is there already, or nobody has the id
-- index:    users_pkey
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the new row; the user's row, key-shared
-- scope:    one-user
insert into user_points (user_id)
select id
from users
where id = :user_id
on conflict on constraint user_points_pkey do nothing;
