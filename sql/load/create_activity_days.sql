-- name: create_activity_days()!
-- purpose:  The local days on which the load learners completed a lesson.
-- endpoint: flask seed load
-- param:    none
-- returns:  the number of days made
-- index:    none
-- budget:   60 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
insert into user_activity_days (user_id, day)
select distinct
    points_history.user_id,
    (points_history.created_at at time zone users.timezone)::date
from points_history
inner join users on points_history.user_id = users.id
where users.email like 'load______@example.com';
