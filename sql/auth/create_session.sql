-- name: create_session(user_id, password_hash, email, refresh_seconds)^
-- purpose:  Begin a session for the account whose password was just verified.
-- endpoint: POST /api/v1/auth/login
-- param:    user_id bigint, from get_login
-- param:    password_hash text, the hash that was verified
-- param:    email text, as typed
-- param:    refresh_seconds integer, the session's life
-- returns:  session id, json User and null; when the account's guesses were used up meanwhile,
--           null, json User and the seconds to wait; no row when the password or the account
--           changed meanwhile
-- index:    users_pkey
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the user's row, shared: a deactivation waits for it and then sees this session
-- scope:    one-user
with account as (
    select u.*
    from users as u
    where u.id = :user_id and u.password_hash = :password_hash and u.deactivated_at is null
    for share
),

-- As for a wrong password: the wait must not say that this guess was right.
used_up as (
    select
        ceil(extract(epoch from f.failed_at[1] + interval '5 minutes' - now()))::integer
            as retry_after_seconds
    from login_failures as f
    where
        f.email_hash = sha256(convert_to(lower(:email), 'UTF8'))
        and cardinality(f.failed_at) = 10
        and f.failed_at[1] > now() - interval '5 minutes'
),

forgotten as (
    -- A few ended sessions go with each new one, so that no job is needed.
    delete from sessions
    where (user_id, id) in (
        select
            s.user_id,
            s.id
        from sessions as s
        where
            s.user_id = :user_id
            and least(s.expires_at, s.revoked_at) < now() - interval '7 days'
        order by s.id
        limit 20
        for update skip locked
    )
),

new_session as (
    insert into sessions (user_id, expires_at)
    select
        account.id,
        now() + make_interval(secs => :refresh_seconds)
    from account
    where not exists (select from used_up)
    returning id
)

select
    new_session.id,
    json_build_object(
        'id', account.id,
        'email', account.email,
        'full_name', account.full_name,
        'role', account.role,
        'locale', account.locale,
        'timezone', account.timezone,
        'leaderboard_opt_in', account.leaderboard_opt_in,
        'email_verified_at', account.email_verified_at,
        'created_at', account.created_at
    ),
    used_up.retry_after_seconds
from account
left join new_session on true
left join used_up on true;
