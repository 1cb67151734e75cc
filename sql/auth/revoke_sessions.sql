-- name: revoke_sessions(user_id, reason)!
-- purpose:  End every session of a user, on every worker at once.
-- endpoint: POST /api/v1/auth/password, POST /api/v1/auth/password-reset/confirm,
--           flask users deactivate
-- param:    user_id bigint, whose sessions
-- param:    reason text, password_change (a reset is one, too) or deactivation
-- returns:  the number of sessions ended
-- index:    sessions_pkey
-- budget:   3 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the sessions' rows
-- scope:    one-user
-- A statement of its own after the one that changed the user: that one waits
-- for logins in flight, and only a later snapshot sees the sessions they made.
update sessions
set revoked_at = now(), revoked_reason = :reason
where user_id = :user_id and revoked_at is null;
