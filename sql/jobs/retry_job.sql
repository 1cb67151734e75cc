-- name: retry_job(job_id)$
-- purpose:  Do a job that failed for good once more.
-- endpoint: flask jobs retry
-- param:    job_id bigint, of list_jobs
-- returns:  true; no row when no such job has failed
-- index:    none
-- budget:   5 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the job's row
-- scope:    none
-- procrastinate_jobs_pkey carries it; of few rows PostgreSQL reads all.
with failed as materialized (
    select j.id
    from procrastinate_jobs as j
    where j.id = :job_id and j.status = 'failed'
    for update
)

select procrastinate_retry_job_v2(failed.id, now(), null, null, null) is not null
from failed;
