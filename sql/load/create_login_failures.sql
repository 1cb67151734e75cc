-- name: create_login_failures()!
-- purpose:  Let one in ten of the load learners have mistyped their password lately.
-- endpoint: flask seed load
-- param:    none
-- returns:  the number of accounts with failures
-- index:    login_failures_pkey
-- budget:   2 s, once, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
insert into login_failures (email_hash, failed_at, last_failed_at)
select
    sha256(convert_to(users.email, 'UTF8')),
    array[typed.at - interval '20 seconds', typed.at],
    typed.at
from users
cross join lateral (select now() - interval '36 hours' * random() as at) as typed
where users.email like 'load______@example.com' and mod(users.id, 10) = 0
on conflict on constraint login_failures_pkey do nothing;
