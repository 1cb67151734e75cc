-- depends: 0007_streak_freezes
-- A migration of its own: validating reads the table while everybody goes on writing.
alter table user_streaks validate constraint user_streaks_freezes_limit_check;
