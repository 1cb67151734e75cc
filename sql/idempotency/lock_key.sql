-- name: lock_key(user_id, key)$
-- purpose:  Before a create: that the same key is not being used at this moment. A statement of its
--           own, so that the next one sees what whoever held it before has stored.
-- endpoint: POST /api/v1/courses, POST /api/v1/courses/import,
--           POST /api/v1/courses/<course_id>/modules, POST /api/v1/modules/<module_id>/lessons
-- param:    user_id bigint, the caller
-- param:    key text, the Idempotency-Key of the request
-- returns:  false when somebody else has it, who is about to answer
-- index:    none
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    an advisory lock on the caller's key, until the transaction ends
-- scope:    one-user
select
    pg_try_advisory_xact_lock(
        hashtextextended('idempotency ' || :user_id::bigint || ' ' || :key, 0)
    );
