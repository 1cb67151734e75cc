-- name: record_load(users, courses, progress)!
-- purpose:  Put into the audit trail that load data was added, and how much.
-- endpoint: flask seed load
-- param:    users integer, learners
-- param:    courses integer, courses
-- param:    progress integer, lessons begun
-- returns:  the number of entries, 1
-- index:    none
-- budget:   2 ms, once
-- cache:    none
-- drops:    none
-- locks:    the new row
-- scope:    all-users
-- No actor means the command line.
insert into audit_log (action, target_type, details)
values (
    'load_data_added',
    'database',
    jsonb_build_object('users', :users, 'courses', :courses, 'progress', :progress)
);
