-- A constraint cannot be made invalid again, only anew.
alter table user_streaks drop constraint user_streaks_freezes_limit_check;
alter table user_streaks
add constraint user_streaks_freezes_limit_check check (freezes <= 2) not valid;
