-- name: create_enrollments()!
-- purpose:  Make the planned enrollments, completed where every published lesson will be.
-- endpoint: flask seed load
-- param:    none
-- returns:  the number of enrollments made
-- index:    idx_enrollments_user_course
-- budget:   20 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
insert into enrollments (user_id, course_id, enrolled_at, completed_at)
select
    user_id,
    course_id,
    enrolled_at,
    case when is_whole and skipped is null then last_watched_at end
from load_plan
order by enrolled_at;
