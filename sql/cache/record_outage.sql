-- name: record_outage()$
-- purpose:  Redis cannot be told what to forget: let every worker do without the cache until
--           somebody has emptied it.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>
-- param:    none
-- returns:  for how many seconds that has been so, double precision
-- index:    none
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new row
-- scope:    none
with known as (
    select min(created_at) as since
    from cache_drops
    where key = 'outage'
),

recorded as (
    insert into cache_drops (key)
    select 'outage'
    from known
    where known.since is null
)

select coalesce(extract(epoch from clock_timestamp() - known.since), 0)::double precision
from known;
