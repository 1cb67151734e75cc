-- name: get_statistics_since()$
-- purpose:  The moment from which this server has counted the scans of indexes.
-- endpoint: flask db verify-indexes
-- param:    none
-- returns:  timestamptz
-- index:    none
-- budget:   10 ms p95
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
-- A database's own time is null until somebody resets it; the background writer's is that of
-- the server's creation, or of the crash that lost the counts.
select greatest(d.stats_reset, w.stats_reset)
from pg_stat_database as d
cross join pg_stat_bgwriter as w
where d.datname = current_database();
