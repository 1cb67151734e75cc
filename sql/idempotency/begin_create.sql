-- name: begin_create(user_id, key, request_hash)^
-- purpose:  Before something is created: whether this very request was answered before.
-- endpoint: POST /api/v1/courses, POST /api/v1/courses/import,
--           POST /api/v1/courses/<course_id>/modules, POST /api/v1/modules/<module_id>/lessons
-- param:    user_id bigint, the caller
-- param:    key text, the Idempotency-Key of the request, locked before
-- param:    request_hash bytea, SHA-256 of its method, path and body
-- returns:  outcome (replay, idempotency_key_reused), and for replay status smallint, headers
--           jsonb and body text of the answer; no row when it is new
-- index:    idempotency_keys_pkey
-- budget:   2 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    case when request_hash = :request_hash then 'replay' else 'idempotency_key_reused' end
    as outcome,
    status,
    headers,
    body
from idempotency_keys
where
    user_id = :user_id
    and key = :key
    and created_at > now() - interval '24 hours';
