-- name: create_sessions()!
-- purpose:  Give every load learner a live session, and two that have ended to all but the newest.
-- endpoint: flask seed load
-- param:    none
-- returns:  the number of sessions made
-- index:    none
-- budget:   10 s, once, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
insert into sessions (
    user_id, created_at, refreshed_at, expires_at, revoked_at, revoked_reason
)
select
    users.id,
    began.at,
    began.at,
    case when age = 1 then now() + interval '30 days' else began.at + interval '30 days' end,
    case when age = 2 then began.at + interval '8 hours' end,
    case when age = 2 then 'logout' end
from users
-- 1 is alive, 2 was ended by its user, 3 expired.
cross join generate_series(1, 3) as age
cross join lateral (
    select greatest(users.created_at, now() - interval '40 days' * (age - random())) as at
) as began
where
    users.email like 'load______@example.com'
    and (age = 1 or users.created_at < now() - interval '40 days' * age)
order by began.at;
