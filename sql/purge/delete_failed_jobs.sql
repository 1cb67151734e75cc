-- name: delete_failed_jobs(batch)!
-- purpose:  Forget jobs that failed for good and that nobody has done again for a month.
-- endpoint: job purge
-- param:    batch bigint, how many at most
-- returns:  the number of jobs deleted
-- index:    none
-- budget:   100 ms, a batch of 1,000
-- cache:    none
-- drops:    none
-- locks:    the deleted rows, passing over those that are being done again
-- scope:    none
delete from procrastinate_jobs as j
using (
    select failed.id
    from procrastinate_jobs as failed
    where
        failed.status = 'failed'
        and not exists (
            select
            from procrastinate_events as e
            where e.job_id = failed.id and e.at > now() - interval '30 days'
        )
    order by failed.id
    limit :batch
    for update of failed skip locked
) as old
where j.id = old.id;
