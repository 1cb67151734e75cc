-- name: revoke_session(user_id, session_id)!
-- purpose:  Log out: end one session, on every worker at once.
-- endpoint: POST /api/v1/auth/logout
-- param:    user_id bigint, from the token
-- param:    session_id bigint, from the token
-- returns:  the number of sessions ended, 0 or 1
-- index:    sessions_pkey
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the session's row
-- scope:    one-user
update sessions
set revoked_at = now(), revoked_reason = 'logout'
where user_id = :user_id and id = :session_id and revoked_at is null;
