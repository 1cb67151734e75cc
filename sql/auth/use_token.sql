-- name: use_token(user_id, purpose, token_hash)!
-- purpose:  Use up a token, and with it every other one of the user for the same purpose.
-- endpoint: POST /api/v1/auth/password-reset/confirm, POST /api/v1/auth/verification/confirm
-- param:    user_id bigint, from the link
-- param:    purpose text, email_verification or password_reset
-- param:    token_hash bytea, SHA-256 of the token in the link
-- returns:  the number of tokens used up; 0 when this one is not good
-- index:    one_time_tokens_pkey
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the tokens' rows: of two who use one at once the second finds it used
-- scope:    one-user
update one_time_tokens as t
set used_at = now()
from one_time_tokens as given
where
    given.user_id = :user_id
    and given.token_hash = :token_hash
    and given.purpose = :purpose
    and given.used_at is null
    and given.expires_at > now()
    and t.user_id = :user_id
    and t.purpose = :purpose
    -- Who had to wait for the row looks at it once more, and at this condition.
    and t.used_at is null;
