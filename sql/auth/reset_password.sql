-- name: reset_password(user_id, new_hash)$
-- purpose:  Give an account another password, as its mailbox asks: the e-mail is verified by that,
--           and its owner need not wait for the guesses of others.
-- endpoint: POST /api/v1/auth/password-reset/confirm
-- param:    user_id bigint, whose token was used
-- param:    new_hash text, argon2id
-- returns:  the account's id; no row when it is deactivated
-- index:    users_pkey
-- budget:   3 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the user's row, which waits for a login that is creating a session, and that of the
--           account's failed logins
-- scope:    one-user
with account as (
    update users
    set
        password_hash = :new_hash,
        email_verified_at = coalesce(email_verified_at, now()),
        updated_at = now()
    where id = :user_id and deactivated_at is null
    returning id, email
),

forgiven as (
    delete from login_failures
    where
        email_hash = (
            select sha256(convert_to(account.email, 'UTF8')) from account
        )
)

select account.id
from account;
