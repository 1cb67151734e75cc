-- name: list_user_ids(after_id, limit)$
-- purpose:  The next batch of accounts, for commands that go through all of them.
-- endpoint: flask achievements backfill, flask achievements preview, flask doctor invariants,
--           flask levels apply, flask seed load
-- param:    after_id bigint, the last id of the batch before, or 0
-- param:    limit integer, how many
-- returns:  bigint[], in ascending order; empty at the end
-- index:    users_pkey
-- budget:   2 ms p95, warm, 1,000 of them
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select coalesce(array_agg(batch.id order by batch.id), '{}')
from (
    select id
    from users
    where id > :after_id
    order by id
    limit :limit
) as batch;
