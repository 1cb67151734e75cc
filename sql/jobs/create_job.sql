-- name: create_job(task, args, queue, delay_seconds, lock, priority)$
-- purpose:  Leave a job to the worker, in the transaction of whatever makes it necessary: neither
--           is there without the other.
-- endpoint: flask jobs defer, PATCH /api/v1/courses/<ref>, DELETE /api/v1/modules/<module_id>,
--           DELETE /api/v1/lessons/<lesson_id>, POST /api/v1/lessons/<lesson_id>/unpublish,
--           POST /api/v1/auth/password-reset, POST /api/v1/auth/register,
--           POST /api/v1/auth/verification, POST /api/v1/courses/import,
--           POST /api/v1/lessons/<lesson_id>/publish,
--           POST /api/v1/certificates/<certificate_id>/revoke,
--           POST /api/v1/certificates/<certificate_id>/reissue
-- param:    task text, a function of courseapp/tasks.py
-- param:    args jsonb, what it is called with
-- param:    queue text, of the workers that do it
-- param:    delay_seconds bigint, when to begin; 0 is at once
-- param:    lock text, jobs with the same one run one after the other; or null. Where the very same
--           job waits with it, that is put off, or brought forward, and no other made
-- param:    priority integer, those with a higher one come first, 0 is the usual; of jobs with the
--           same lock, one with a lower one does not hold up the others while it is put off
-- returns:  the job's id
-- index:    none
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new row, or that which waits: no worker begins it before the commit
-- scope:    none
with waiting as materialized (
    -- What a worker is just beginning may have looked before the commit.
    select j.id
    from procrastinate_jobs as j
    where
        j.lock = :lock
        and j.status = 'todo'
        and j.priority = :priority
        and j.task_name = :task
        and j.args = :args::jsonb
    order by j.id
    limit 1
    for update skip locked
),

due as (
    select
        case
            when :delay_seconds::bigint > 0 then now() + :delay_seconds * interval '1 second'
        end as at
),

moved as (
    update procrastinate_jobs as j
    set
        scheduled_at = due.at,
        -- It has failed for others, and gets as many tries as a new one.
        attempts = 0
    from waiting
    cross join due
    where j.id = waiting.id
    returning j.id
)

select moved.id as job_id
from moved
union all
select created.id as job_id
from unnest(
    procrastinate_defer_jobs_v1(
        array(
            select
                row(
                    :queue::text, :task::text, :priority, :lock::text, null, :args::jsonb, due.at
                )::procrastinate_job_to_defer_v1
            from due
            where not exists (select from waiting)
        )
    )
) as created (id);
