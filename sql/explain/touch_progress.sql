-- name: touch_progress(user_ids)!
-- purpose:  Leave pages as they are while people watch, between two vacuums: no index-only scan of
--           these learners' progress is one then.
-- endpoint: make explain
-- param:    user_ids bigint[], of list_heavy_learners
-- returns:  the number of rows
-- index:    none
-- budget:   60 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the rows
-- scope:    all-users
update lesson_progress
set updated_at = updated_at
where user_id = any(cast(:user_ids as bigint[]));
