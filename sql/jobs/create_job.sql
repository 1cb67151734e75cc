-- name: create_job(task, args, delay_seconds, lock)$
-- purpose:  Leave a job to the worker, in the transaction of whatever makes it necessary: neither
--           is there without the other.
-- endpoint: flask jobs defer, PATCH /api/v1/courses/<ref>, DELETE /api/v1/modules/<module_id>,
--           DELETE /api/v1/lessons/<lesson_id>, POST /api/v1/lessons/<lesson_id>/unpublish,
--           POST /api/v1/auth/password-reset, POST /api/v1/auth/register,
--           POST /api/v1/auth/verification, POST /api/v1/courses/import
-- param:    task text, a function of courseapp/tasks.py
-- param:    args jsonb, what it is called with
-- param:    delay_seconds bigint, when to begin; 0 is at once
-- param:    lock text, jobs with the same one run one after the other; or null
-- returns:  the job's id
-- index:    none
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new row
-- scope:    none
select job_id
from unnest(
    procrastinate_defer_jobs_v1(
        array[
            row(
                'default',
                :task::text,
                0,
                :lock::text,
                null,
                :args::jsonb,
                case
                    when :delay_seconds::bigint > 0
                        then now() + :delay_seconds * interval '1 second'
                end
            )::procrastinate_job_to_defer_v1
        ]
    )
) as job_id;
