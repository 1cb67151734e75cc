-- name: reverse_enrollments_key()!
-- purpose:  The guide's unique index of enrollments with its columns the other way round.
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
alter table enrollments
drop constraint idx_enrollments_user_course,
add constraint idx_enrollments_user_course primary key (course_id, user_id);
