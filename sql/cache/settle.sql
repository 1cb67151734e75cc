-- name: settle(run_id, ids)!
-- purpose:  The cache has forgotten what was to be dropped; this is the Redis that has.
-- endpoint: GET /api/v1/courses, GET /api/v1/gamification/me, GET /api/v1/achievements,
--           PATCH /api/v1/achievements/<achievement_id>, flask cache drop, flask seed demo,
--           flask seed load
-- param:    run_id text, of Redis, and the version of what is kept
-- param:    ids bigint[], of get_state
-- returns:  0 or 1
-- index:    cache_drops_pkey
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the deleted rows; the one row of cache_server, if it changes
-- scope:    none
with forgotten as (
    -- A reader waits for nobody: what somebody else holds is dropped once more, later.
    select cd.ctid as place
    from cache_drops as cd
    where cd.id = any(cast(:ids as bigint[]))
    for update skip locked
),

cleared as (
    -- By their places: statistics nearly always say that the table is empty, and a join planned
    -- for that takes 12 s for 5,000 of 20,000 rows.
    delete from cache_drops
    where ctid = any(array(select forgotten.place from forgotten))
)

insert into cache_server as cs (run_id)
values (:run_id)
on conflict on constraint cache_server_pkey do update
    set run_id = excluded.run_id
    where cs.run_id <> excluded.run_id;
