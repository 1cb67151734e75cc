-- name: delete_old_login_failures(batch)!
-- purpose:  Forget failed logins a day after the last one; they count for five minutes.
-- endpoint: job purge
-- param:    batch bigint, how many accounts at most
-- returns:  the number of accounts
-- index:    idx_login_failures_last_failed_at
-- budget:   200 ms, a batch of 1,000
-- cache:    none
-- drops:    none
-- locks:    the accounts' rows, passing over those where somebody is failing now
-- scope:    all-users
-- By their places: with statistics that say that the table is empty, a join takes for ever and
-- deletes more than a batch.
with old as materialized (
    select f.ctid as place
    from login_failures as f
    where f.last_failed_at < now() - interval '1 day'
    order by f.last_failed_at
    limit :batch
    for update skip locked
)

delete from login_failures
where ctid = any(array(select old.place from old));
