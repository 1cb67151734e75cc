-- name: get_achievement_by_code(code)^
-- purpose:  The achievement that a command is about.
-- endpoint: flask achievements backfill, flask achievements preview
-- param:    code text, as typed
-- returns:  id bigint, metric text, threshold bigint, is_active boolean; no row for an unknown code
-- index:    none
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    id,
    metric,
    threshold,
    is_active
from achievements
where code = :code;
