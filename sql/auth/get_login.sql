-- name: get_login(email)^
-- purpose:  What a login needs to know before it verifies the password.
-- endpoint: POST /api/v1/auth/login
-- param:    email text, in any case
-- returns:  user id and password hash (null for an unknown or deactivated account), and the
--           seconds to wait when ten logins of the account failed within five minutes, else null
-- index:    users_email_key
-- budget:   1 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    u.id,
    u.password_hash,
    (
        select ceil(extract(epoch from f.failed_at[1] + interval '5 minutes' - now()))::integer
        from login_failures as f
        where
            f.email_hash = sha256(convert_to(lower(:email), 'UTF8'))
            and cardinality(f.failed_at) = 10
            and f.failed_at[1] > now() - interval '5 minutes'
    ) as retry_after_seconds
from (select lower(:email) as email) as typed
left join users as u on typed.email = u.email and u.deactivated_at is null;
