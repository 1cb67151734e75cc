-- name: requeue_lost(batch)$
-- purpose:  Leave it to the worker once more to make files that nobody is making, because a job was
--           lost: an older worker did not know it, or the certificate is older than the jobs.
-- endpoint: job requeue_certificates
-- param:    batch bigint, how many at most
-- returns:  the number of jobs
-- index:    idx_certificates_waiting
-- budget:   200 ms, a batch of 1,000
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
with lost as (
    select
        ct.user_id,
        ct.id
    from certificates as ct
    where
        ct.rendered_at is null
        and ct.failed_at is null
        and ct.issued_at < now() - interval '1 hour'
        and not exists (
            select from procrastinate_jobs as j
            where
                j.task_name = 'render_certificate'
                and j.status in ('todo', 'doing')
                and j.args = jsonb_build_object('user_id', ct.user_id, 'certificate_id', ct.id)
        )
    order by ct.id
    limit :batch
)

select
    coalesce(
        cardinality(
            procrastinate_defer_jobs_v1(
                array(
                    select
                        row(
                            'certificates',
                            'render_certificate',
                            -1,
                            null,
                            null,
                            jsonb_build_object('user_id', lost.user_id, 'certificate_id', lost.id),
                            null
                        )::procrastinate_job_to_defer_v1
                    from lost
                )
            )
        ), 0
    )::bigint as jobs;
