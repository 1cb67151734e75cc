-- name: get_instructor(email)$
-- purpose:  Who may lead a course that is imported at the command line.
-- endpoint: flask courses import
-- param:    email text, in any case
-- returns:  id bigint; no row when no active instructor or admin has this e-mail
-- index:    users_email_key
-- budget:   1 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select id
from users
where
    email = lower(:email)
    and role in ('instructor', 'admin')
    and deactivated_at is null;
