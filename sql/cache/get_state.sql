-- name: get_state(batch)^
-- purpose:  What a worker has to know before it believes the cache, four times a second at most.
-- endpoint: GET /api/v1/courses, GET /api/v1/gamification/me, GET /api/v1/achievements,
--           PATCH /api/v1/achievements/<achievement_id>, flask cache drop, flask seed demo,
--           flask seed load
-- param:    batch bigint, how many rows at most
-- returns:  run_id text of the Redis whose contents are known, owner text of this very database,
--           ids bigint[] and keys text[] of what is still to be dropped
-- index:    cache_drops_pkey or none
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
with pending as (
    select
        cd.id,
        cd.key
    from cache_drops as cd
    order by cd.id
    limit :batch
)

select
    (select cs.run_id from cache_server as cs) as run_id,
    (
        select pcs.system_identifier || '/' || pd.oid
        from pg_control_system() as pcs
        inner join pg_database as pd on pd.datname = current_database()
    ) as owner,
    coalesce(array_agg(p.id), '{}') as ids,
    -- An outage says nothing of its own.
    coalesce(array_agg(distinct p.key) filter (where p.key <> 'outage'), '{}') as keys
from pending as p;
