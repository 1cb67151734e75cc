-- name: delete_token(user_id, token_hash)!
-- purpose:  Forget a token whose e-mail could not be sent, so that it counts for nothing.
-- endpoint: job send_link
-- param:    user_id bigint, whom the job is about
-- param:    token_hash bytea, SHA-256 of the token
-- returns:  the number of tokens, 1
-- index:    one_time_tokens_pkey
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the token's row
-- scope:    one-user
delete from one_time_tokens
where user_id = :user_id and token_hash = :token_hash;
