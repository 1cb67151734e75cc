-- name: end_tokens(user_id, purpose, token_hash)!
-- purpose:  Once an e-mail is sent, the links of earlier ones work no longer.
-- endpoint: job send_link
-- param:    user_id bigint, whom the job is about
-- param:    purpose text, email_verification or password_reset
-- param:    token_hash bytea, SHA-256 of the token that stays good
-- returns:  the number of tokens that are no longer good
-- index:    one_time_tokens_pkey
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the tokens' rows
-- scope:    one-user
update one_time_tokens
set expires_at = least(expires_at, now())
where
    user_id = :user_id
    and purpose = :purpose
    and token_hash <> :token_hash
    and used_at is null;
