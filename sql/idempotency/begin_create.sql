-- name: begin_create(user_id, key, request_hash)^
-- purpose:  Before something is created: whether this very request was answered before, is being
--           answered just now, or is new.
-- endpoint: POST /api/v1/courses, POST /api/v1/courses/import,
--           POST /api/v1/courses/<course_id>/modules, POST /api/v1/modules/<module_id>/lessons
-- param:    user_id bigint, the caller
-- param:    key text, the Idempotency-Key of the request
-- param:    request_hash bytea, SHA-256 of its method, path and body
-- returns:  outcome (ok, replay, in_flight, idempotency_key_reused), and for replay status
--           smallint, headers jsonb and body text of the answer
-- index:    idempotency_keys_pkey
-- budget:   2 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    an advisory lock on the caller's key, until the transaction ends
-- scope:    one-user
with held as materialized (
    select
        -- Who has it is about to answer.
        pg_try_advisory_xact_lock(
            hashtextextended('idempotency ' || :user_id::bigint || ' ' || :key, 0)
        ) as is_ours
)

select
    case
        when not held.is_ours then 'in_flight'
        when ik.key is null then 'ok'
        when ik.request_hash <> :request_hash then 'idempotency_key_reused'
        else 'replay'
    end as outcome,
    ik.status,
    ik.headers,
    ik.body
from held
left join idempotency_keys as ik
    on
        ik.user_id = :user_id
        and ik.key = :key
        and ik.created_at > now() - interval '24 hours';
