-- name: update_password(user_id, old_hash, new_hash)!
-- purpose:  Replace the hash that was verified, if it still is the account's.
-- endpoint: POST /api/v1/auth/password, POST /api/v1/auth/login
-- param:    user_id bigint, the caller
-- param:    old_hash text, the hash that was verified
-- param:    new_hash text, argon2id
-- returns:  the number of accounts changed, 0 or 1
-- index:    users_pkey
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the user's row: waits for a login that is creating a session
-- scope:    one-user
update users
set password_hash = :new_hash, updated_at = now()
where id = :user_id and password_hash = :old_hash;
