-- name: get_password_hash(user_id)^
-- purpose:  The caller's e-mail and hash, before a change of password; guesses count as logins.
-- endpoint: POST /api/v1/auth/password
-- param:    user_id bigint, the caller
-- returns:  email, password hash and the seconds to wait after ten failures, else null
-- index:    users_pkey
-- budget:   1 ms p95, warm, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    u.email,
    u.password_hash,
    (
        select ceil(extract(epoch from f.failed_at[1] + interval '5 minutes' - now()))::integer
        from login_failures as f
        where
            f.email_hash = sha256(convert_to(u.email, 'UTF8'))
            and cardinality(f.failed_at) = 10
            and f.failed_at[1] > now() - interval '5 minutes'
    ) as retry_after_seconds
from users as u
where u.id = :user_id;
