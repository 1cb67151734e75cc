-- name: create_tokens()!
-- purpose:  Let one in ten of the load learners have forgotten their password lately.
-- endpoint: flask seed load
-- param:    none
-- returns:  the number of tokens made
-- index:    none
-- budget:   2 s, once, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
insert into one_time_tokens (user_id, token_hash, purpose, created_at, expires_at, used_at)
select
    users.id,
    -- Nobody has a token with this hash.
    sha256(convert_to(random()::text || nth, 'UTF8')),
    'password_reset',
    sent.at,
    sent.at + interval '1 hour',
    -- The first e-mail was late, and only the second was opened.
    case when nth = 2 then sent.at + interval '5 minutes' end
from users
cross join generate_series(1, 2) as nth
cross join lateral (
    select now() - interval '36 hours' * random() + interval '2 minutes' * nth as at
) as sent
where users.email like 'load______@example.com' and mod(users.id, 10) = 0;
