-- Without the column a frozen day would count as an active one. First, while nothing is locked.
delete from user_activity_days
where is_frozen;
alter table user_activity_days drop column is_frozen;
alter table user_streaks drop constraint user_streaks_freezes_limit_check;
