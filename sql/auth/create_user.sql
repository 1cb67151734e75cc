-- name: create_user(email, password_hash, full_name, timezone, role, locale)$
-- purpose:  Register an account, with the rows that its points and streak live in.
-- endpoint: POST /api/v1/auth/register, flask users create
-- param:    email text, in any case
-- param:    password_hash text, argon2id
-- param:    full_name text, 1 to 200 characters
-- param:    timezone text, an IANA name
-- param:    role text, learner, instructor or admin
-- param:    locale text, a language tag
-- returns:  json User, or no row when the e-mail has an account
-- index:    users_email_key
-- budget:   5 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    one-user
with new_user as (
    insert into users (email, password_hash, full_name, timezone, role, locale)
    values (
        lower(:email), :password_hash, :full_name, :timezone, :role, :locale
    )
    on conflict on constraint users_email_key do nothing
    returning *
),

new_points as (
    insert into user_points (user_id)
    select id from new_user
),

new_streak as (
    insert into user_streaks (user_id)
    select id from new_user
)

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
from new_user;
