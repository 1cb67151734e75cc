-- depends: 0011_achievements
-- transactional: false
-- squawk-disable-assume-in-transaction
-- Whether somebody has an achievement, before it is deleted. With user_id, so that the first one
-- is found in the index.
-- Waiting for older transactions counts as waiting for a lock.
set lock_timeout = 0;
set statement_timeout = 0;
-- A run that was cut off leaves an invalid index, which must not count as there.
drop index concurrently if exists idx_user_achievements_achievement_id_user_id;
create index concurrently if not exists idx_user_achievements_achievement_id_user_id
on user_achievements (achievement_id, user_id);
