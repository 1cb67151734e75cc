-- name: record_login_failure(email)$
-- purpose:  Count a failed login of an account, known or not: ten in five minutes, sliding.
-- endpoint: POST /api/v1/auth/login, POST /api/v1/auth/password
-- param:    email text, in any case
-- returns:  null when it was counted, else the seconds to wait: the answer to the eleventh of
--           many simultaneous guesses must not say whether it was right
-- index:    login_failures_pkey
-- budget:   3 ms p95, warm, 100 k accounts
-- cache:    none
-- drops:    none
-- locks:    the account's row
-- scope:    one-user
with typed as (
    select sha256(convert_to(lower(:email), 'UTF8')) as email_hash
),

counted as (
    insert into login_failures as f (email_hash, failed_at, last_failed_at)
    select
        typed.email_hash,
        array[now()],
        now()
    from typed
    on conflict on constraint login_failures_pkey do update
        set
            -- Those of the last five minutes, oldest first.
            failed_at = array(
                select at from unnest(f.failed_at) as at
                where at > now() - interval '5 minutes'
                order by at
            ) || now(),
            last_failed_at = now()
        where cardinality(f.failed_at) < 10 or f.failed_at[1] <= now() - interval '5 minutes'
    returning f.email_hash
)

select
    case
        when not exists (select from counted)
            then
                -- What this statement cannot see failed while it waited for the row.
                coalesce((
                    select ceil(extract(epoch from min(at) + interval '5 minutes' - now()))
                    from login_failures as f
                    cross join unnest(f.failed_at) as at
                    where
                        f.email_hash = (select typed.email_hash from typed)
                        and at > now() - interval '5 minutes'
                ), 300)::integer
    end as retry_after_seconds;
