-- name: delete_old_keys(batch)!
-- purpose:  Forget answers that are older than anybody may ask for.
-- endpoint: job purge
-- param:    batch bigint, how many at most
-- returns:  the number of rows deleted
-- index:    none
-- budget:   100 ms, a batch of 1,000
-- cache:    none
-- drops:    none
-- locks:    the deleted rows, passing over those that are being renewed
-- scope:    all-users
-- idx_idempotency_keys_created_at carries it once there are many; of few rows it reads all.
-- By their places: with statistics that say that the table is empty, a join takes for ever and
-- deletes more than a batch.
with old as materialized (
    select ik.ctid as place
    from idempotency_keys as ik
    where ik.created_at < now() - interval '25 hours'
    order by ik.created_at
    limit :batch
    for update skip locked
)

delete from idempotency_keys
where ctid = any(array(select old.place from old));
