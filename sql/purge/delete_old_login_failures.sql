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
delete from login_failures
where email_hash in (
    select f.email_hash
    from login_failures as f
    where f.last_failed_at < now() - interval '1 day'
    order by f.last_failed_at
    limit :batch
    for update skip locked
);
