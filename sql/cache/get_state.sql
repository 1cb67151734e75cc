-- name: get_state()^
-- purpose:  What a worker has to know before it believes the cache, four times a second at most.
-- endpoint: GET /api/v1/courses, GET /api/v1/gamification/me, GET /api/v1/achievements
-- param:    none
-- returns:  run_id text of the Redis whose contents are known, ids bigint[] and keys text[] of what
--           is still to be dropped
-- index:    none
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    (select cs.run_id from cache_server as cs) as run_id,
    coalesce(array_agg(cd.id), '{}') as ids,
    coalesce(array_agg(distinct cd.key) filter (where cd.key is not null), '{}') as keys
from cache_drops as cd;
