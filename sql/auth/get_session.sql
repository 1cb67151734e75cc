-- name: get_session(user_id, session_id)^
-- purpose:  Whether the token's session is alive, and the caller's role as of now.
-- endpoint: every request with a session, GET /api/v1/courses
-- param:    user_id bigint, from the token
-- param:    session_id bigint, from the token
-- returns:  role, or no row when the session has ended
-- index:    sessions_pkey
-- budget:   1 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select u.role
from sessions as s
inner join users as u on s.user_id = u.id
where
    s.user_id = :user_id
    and s.id = :session_id
    and s.revoked_at is null
    and s.expires_at > now()
    and u.deactivated_at is null;
