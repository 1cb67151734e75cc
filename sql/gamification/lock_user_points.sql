-- name: lock_user_points(user_id)$
-- purpose:  Step 1 of a completion: the learner's mutex, so that two devices that finish a
--           course's last two lessons cannot each miss the other.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>
-- param:    user_id bigint, the learner
-- returns:  user id
-- index:    user_points_pkey
-- budget:   1 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the learner's row, until the transaction ends
-- scope:    one-user
-- Made at registration; whoever came in another way gets the row here.
insert into user_points as up (user_id)
values (:user_id)
on conflict on constraint user_points_pkey do update
    set user_id = excluded.user_id
returning up.user_id;
