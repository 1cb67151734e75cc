-- name: list_jobs(limit)
-- purpose:  What the worker has to do, and what failed for good: that first, then the newest.
-- endpoint: flask jobs list
-- param:    limit bigint, how many
-- returns:  rows of id bigint, task text, status text, attempts integer, args jsonb, at timestamptz
--           of its last event
-- index:    none
-- budget:   100 ms
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    j.id,
    j.task_name as task,
    j.status::text as status,
    j.attempts,
    j.args,
    coalesce(j.scheduled_at, last_event.at) as at
from procrastinate_jobs as j
left join lateral (
    select max(e.at) as at
    from procrastinate_events as e
    where e.job_id = j.id
) as last_event on true
order by j.status = 'failed' desc, j.id desc
limit :limit;
