-- name: create_instructors(password_hash)!
-- purpose:  Make those who teach the load courses, loadinstructor01@example.com to 20.
-- endpoint: flask seed load
-- param:    password_hash text, argon2id, the same for all
-- returns:  the number of accounts made
-- index:    users_email_key
-- budget:   20 ms, once
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
insert into users (email, password_hash, full_name, role, email_verified_at, created_at, updated_at)
select
    'loadinstructor' || to_char(n, 'FM00') || '@example.com',
    :password_hash,
    'Instructor ' || n,
    'instructor',
    now() - interval '1200 days',
    now() - interval '1200 days',
    now() - interval '1200 days'
from generate_series(1, 20) as n;
