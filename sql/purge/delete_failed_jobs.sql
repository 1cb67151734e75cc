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
-- By their places: with statistics that say that the table is empty, a join takes for ever and
-- deletes more than a batch.
with old as materialized (
    select j.ctid as place
    from procrastinate_jobs as j
    where
        j.status = 'failed'
        and not exists (
            select
            from procrastinate_events as e
            where e.job_id = j.id and e.at > now() - interval '30 days'
        )
    order by j.id
    limit :batch
    for update skip locked
)

delete from procrastinate_jobs
where ctid = any(array(select old.place from old));
