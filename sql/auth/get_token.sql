-- name: get_token(user_id, purpose, token_hash)^
-- purpose:  Whether a link may be used, before a password is hashed for it; and what a second
--           click on a used one may be told.
-- endpoint: POST /api/v1/auth/password-reset/confirm, POST /api/v1/auth/verification/confirm
-- param:    user_id bigint, from the link
-- param:    purpose text, email_verification or password_reset
-- param:    token_hash bytea, SHA-256 of the token in the link
-- returns:  whether it is good now, and whether the account's e-mail is verified; no row for a
--           token that we never sent to this user for this purpose, or have purged
-- index:    one_time_tokens_pkey
-- budget:   1 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    t.used_at is null and t.expires_at > now() as is_good,
    u.email_verified_at is not null as is_verified
from one_time_tokens as t
inner join users as u on t.user_id = u.id
where
    t.user_id = :user_id
    and t.token_hash = :token_hash
    and t.purpose = :purpose
    and u.deactivated_at is null;
