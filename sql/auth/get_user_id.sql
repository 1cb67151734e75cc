-- name: get_user_id(email)$
-- purpose:  Whose password is to be reset, when somebody types an e-mail and cannot log in.
-- endpoint: POST /api/v1/auth/password-reset
-- param:    email text, in any case
-- returns:  user id; no row for an unknown or deactivated account
-- index:    users_email_key
-- budget:   1 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select u.id
from users as u
where u.email = lower(:email) and u.deactivated_at is null;
