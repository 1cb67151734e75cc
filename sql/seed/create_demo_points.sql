-- name: create_demo_points(user_ids)!
-- purpose:  Enter the points of the lessons that the new demo learners have finished.
-- endpoint: flask seed demo
-- param:    user_ids bigint[], accounts made in this transaction
-- returns:  the number of entries
-- index:    idx_lesson_progress_user_id
-- budget:   100 ms, once
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
insert into points_history (user_id, points, reason, source_id, created_at)
select
    lesson_progress.user_id,
    lessons.points,
    'lesson_completed',
    lessons.id,
    lesson_progress.completed_at
from lesson_progress
inner join lessons on lesson_progress.lesson_id = lessons.id
where
    lesson_progress.user_id = any(cast(:user_ids as bigint[]))
    and lesson_progress.is_completed
order by lesson_progress.completed_at;
