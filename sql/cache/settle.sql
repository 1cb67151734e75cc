-- name: settle(run_id, ids)!
-- purpose:  The cache has forgotten what was to be dropped; this is the Redis that has.
-- endpoint: GET /api/v1/courses, GET /api/v1/gamification/me, GET /api/v1/achievements
-- param:    run_id text, of Redis
-- param:    ids bigint[], of get_state
-- returns:  1
-- index:    cache_drops_pkey
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the deleted rows; the one row of cache_server
-- scope:    none
with cleared as (
    delete from cache_drops
    where id = any(cast(:ids as bigint[]))
)

insert into cache_server (run_id)
values (:run_id)
on conflict on constraint cache_server_pkey do update
    set run_id = excluded.run_id;
