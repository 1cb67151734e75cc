-- name: create_ordered_sessions()^
-- purpose:  Give every load learner one more live session, with ids in the order of the learners',
--           so that pgbench can compute one from the other.
-- endpoint: make bench
-- param:    none
-- returns:  first_user_id bigint, learners bigint, id_offset bigint: what a session's id is above
--           its learner's; and whether both are without gaps
-- index:    none
-- budget:   10 s, once, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
with created as (
    insert into sessions (user_id, expires_at)
    select
        users.id,
        now() + interval '30 days'
    from users
    where users.email like 'load______@example.com'
    order by users.id
    returning user_id, id
)

select
    min(created.user_id) as first_user_id,
    count(*) as learners,
    min(created.id - created.user_id) as id_offset,
    max(created.id - created.user_id) = min(created.id - created.user_id)
    and max(created.user_id) - min(created.user_id) = count(*) - 1 as is_without_gaps
from created;
