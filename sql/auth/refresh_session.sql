-- name: refresh_session(user_id, session_id, generation, refresh_seconds)^
-- purpose:  Exchange a refresh token for the next one; an older one ends the session.
-- endpoint: POST /api/v1/auth/refresh
-- param:    user_id bigint, from the token
-- param:    session_id bigint, from the token
-- param:    generation integer, from the token
-- param:    refresh_seconds integer, the session's new life
-- returns:  whether it was reused, the new generation and json User; no row when the session
--           has ended
-- index:    sessions_pkey
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the session's row: of two simultaneous exchanges one comes second
-- scope:    one-user
with refreshed as (
    update sessions as s
    set
        refresh_generation
        = s.refresh_generation + (s.refresh_generation = :generation)::integer,
        refreshed_at = now(),
        expires_at = now() + make_interval(secs => :refresh_seconds),
        -- The token was used before: somebody holds a copy, nobody knows who.
        revoked_at = case when s.refresh_generation <> :generation then now() end,
        revoked_reason = case when s.refresh_generation <> :generation then 'refresh_reuse' end
    where
        s.user_id = :user_id
        and s.id = :session_id
        and s.revoked_at is null
        and s.expires_at > now()
    returning s.user_id, s.refresh_generation, s.revoked_at
)

select
    r.revoked_at is not null as is_reused,
    r.refresh_generation,
    json_build_object(
        'id', u.id,
        'email', u.email,
        'full_name', u.full_name,
        'role', u.role,
        'locale', u.locale,
        'timezone', u.timezone,
        'leaderboard_opt_in', u.leaderboard_opt_in,
        'email_verified_at', u.email_verified_at,
        'created_at', u.created_at
    )
from refreshed as r
inner join users as u on r.user_id = u.id
where u.deactivated_at is null;
