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
delete from idempotency_keys as ik
using (
    select
        user_id,
        key
    from idempotency_keys
    where created_at < now() - interval '25 hours'
    order by created_at
    limit :batch
    for update skip locked
) as old
where ik.user_id = old.user_id and ik.key = old.key;
