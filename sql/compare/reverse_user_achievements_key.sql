-- name: reverse_user_achievements_key()!
-- purpose:  The guide's unique index of user_achievements with its columns the other way round.
-- endpoint: make perf-compare
-- param:    none
-- returns:  nothing
-- index:    none
-- budget:   20 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the table, while it is rebuilt
-- scope:    none
-- Under the same name, which statements refer to, and as unique as before. What gives both columns
-- is served as well as before; what gives user_id alone can only skip through it (PostgreSQL 18).
alter table user_achievements
drop constraint idx_user_achievements_user_achievement,
add constraint idx_user_achievements_user_achievement primary key (achievement_id, user_id);
