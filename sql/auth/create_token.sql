-- name: create_token(user_id, purpose, token_hash)^
-- purpose:  Keep the hash of the token that an e-mail is about to carry: at most three an hour.
-- endpoint: job send_link
-- param:    user_id bigint, whom the job is about
-- param:    purpose text, email_verification or password_reset
-- param:    token_hash bytea, SHA-256 of the token
-- returns:  email, full name and locale of the account; no row when nothing is to be sent: it is
--           deactivated, verified already, or was sent three such e-mails within the hour
-- index:    users_pkey
-- budget:   3 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the new row
-- scope:    one-user
with account as (
    select
        u.id,
        u.email,
        u.full_name,
        u.locale
    from users as u
    where
        u.id = :user_id
        and u.deactivated_at is null
        and (:purpose = 'password_reset' or u.email_verified_at is null)
        -- Nobody else counts meanwhile: jobs of one user and purpose run one after the other.
        and (
            select count(*)
            from one_time_tokens as t
            where
                t.user_id = :user_id
                and t.purpose = :purpose
                and t.created_at > now() - interval '1 hour'
        ) < 3
),

new_token as (
    insert into one_time_tokens (user_id, token_hash, purpose, expires_at)
    select
        account.id,
        :token_hash,
        :purpose,
        now() + case :purpose
            when 'password_reset' then interval '1 hour'
            else interval '24 hours'
        end
    from account
)

select
    account.email,
    account.full_name,
    account.locale
from account;
