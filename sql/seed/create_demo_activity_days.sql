-- name: create_demo_activity_days(user_ids)!
-- purpose:  The local days on which the new demo learners completed a lesson.
-- endpoint: flask seed demo
-- param:    user_ids bigint[], accounts made in this transaction
-- returns:  the number of days
-- index:    idx_lesson_progress_user_id
-- budget:   100 ms, once
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
insert into user_activity_days (user_id, day)
select distinct
    lesson_progress.user_id,
    (lesson_progress.completed_at at time zone users.timezone)::date
from lesson_progress
inner join users on lesson_progress.user_id = users.id
where
    lesson_progress.user_id = any(cast(:user_ids as bigint[]))
    and lesson_progress.is_completed;
