-- name: finish_create(user_id, key, request_hash, status, headers, body)!
-- purpose:  Keep the answer of a create for the same request again, for 24 hours.
-- endpoint: POST /api/v1/courses, POST /api/v1/courses/import,
--           POST /api/v1/courses/<course_id>/modules, POST /api/v1/modules/<module_id>/lessons
-- param:    user_id bigint, the caller
-- param:    key text, the Idempotency-Key of the request, locked before
-- param:    request_hash bytea, SHA-256 of its method, path and body
-- param:    status smallint, of the answer
-- param:    headers jsonb, those that belong to what was created
-- param:    body text, byte for byte
-- returns:  the number of rows, 1
-- index:    idempotency_keys_pkey
-- budget:   2 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new row; the caller's row, key-shared
-- scope:    one-user
insert into idempotency_keys (user_id, key, request_hash, status, headers, body)
values (:user_id, :key, :request_hash, :status, :headers::jsonb, :body)
-- One that was not purged yet.
on conflict on constraint idempotency_keys_pkey do update
    set
        created_at = excluded.created_at,
        request_hash = excluded.request_hash,
        status = excluded.status,
        headers = excluded.headers,
        body = excluded.body;
