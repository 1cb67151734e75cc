-- name: update_me(user_id, full_name, locale, timezone, leaderboard_opt_in)$
-- purpose:  Change what the caller may change of their account; null leaves a value as it is.
-- endpoint: PATCH /api/v1/auth/me
-- param:    user_id bigint, the caller
-- param:    full_name text, or null
-- param:    locale text, a language tag, or null
-- param:    timezone text, an IANA name, or null
-- param:    leaderboard_opt_in boolean, or null
-- returns:  json User
-- index:    users_pkey
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    gamification:{user_id}
-- locks:    the user's row
-- scope:    one-user
update users
set
    full_name = coalesce(:full_name, full_name),
    locale = coalesce(:locale, locale),
    timezone = coalesce(:timezone, timezone),
    leaderboard_opt_in = coalesce(:leaderboard_opt_in, leaderboard_opt_in),
    updated_at = now()
where id = :user_id
returning json_build_object(
    'id', id,
    'email', email,
    'full_name', full_name,
    'role', role,
    'locale', locale,
    'timezone', timezone,
    'leaderboard_opt_in', leaderboard_opt_in,
    'email_verified_at', email_verified_at,
    'created_at', created_at
);
