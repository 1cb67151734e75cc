-- name: get_state()^
-- purpose:  Whether jobs are being done: for whoever is woken when they are not.
-- endpoint: flask jobs check
-- param:    none
-- returns:  workers bigint, those that have been heard of in the last minute; waiting bigint, the
--           jobs that are due; oldest_seconds bigint, how long the oldest of them has been, or 0;
--           failed bigint, the jobs that failed for good
-- index:    none
-- budget:   100 ms
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
with due as (
    select
        coalesce(j.scheduled_at, last_event.at) as at,
        j.priority
    from procrastinate_jobs as j
    cross join lateral (
        select max(e.at) as at
        from procrastinate_events as e
        where e.job_id = j.id
    ) as last_event
    where j.status = 'todo' and (j.scheduled_at is null or j.scheduled_at <= now())
)

select
    (
        select count(*) from procrastinate_workers as w
        where w.last_heartbeat > now() - interval '1 minute'
    ) as workers,
    count(*) as waiting,
    coalesce(
        -- Less urgent ones may wait for as long as there are others.
        extract(epoch from now() - min(due.at) filter (where due.priority >= 0)), 0
    )::bigint as oldest_seconds,
    (
        select count(*) from procrastinate_jobs as j
        where j.status = 'failed'
    ) as failed
from due;
