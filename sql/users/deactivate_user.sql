-- name: deactivate_user(email)^
-- purpose:  Keep an account from logging in; its sessions are ended by auth.revoke_sessions.
-- endpoint: flask users deactivate
-- param:    email text, in any case
-- returns:  id and whether this changed anything; no row for an unknown e-mail
-- index:    users_email_key
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the user's row: waits for a login that is creating a session
-- scope:    one-user
-- The sessions are ended by a later statement, not here: a login holds this row
-- FOR SHARE until its session is stored, and this statement, once it has waited,
-- still has the snapshot from before, in which that session is missing.
update users
set
    deactivated_at = coalesce(deactivated_at, now()),
    updated_at = case when deactivated_at is null then now() else updated_at end
where email = lower(:email)
-- now() is the moment this transaction began: an earlier deactivation differs.
returning id, deactivated_at = now() as is_changed;
