-- depends: 0006_roles
-- A day without a lesson can be bridged by a freeze; docs/gamification.md has the rule.

-- The day was missed and bridged. It keeps a streak together and does not count in it.
alter table user_activity_days add column is_frozen boolean not null default false;

alter table user_streaks
add constraint user_streaks_freezes_limit_check check (freezes <= 2) not valid;
