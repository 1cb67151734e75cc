-- name: get_me(user_id)$
-- purpose:  The caller's own account.
-- endpoint: GET /api/v1/auth/me
-- param:    user_id bigint, the caller
-- returns:  json User
-- index:    users_pkey
-- budget:   1 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select json_build_object(
    'id', id,
    'email', email,
    'full_name', full_name,
    'role', role,
    'locale', locale,
    'timezone', timezone,
    'leaderboard_opt_in', leaderboard_opt_in,
    'email_verified_at', email_verified_at,
    'created_at', created_at
)
from users
where id = :user_id;
