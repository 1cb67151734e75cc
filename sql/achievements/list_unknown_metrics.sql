-- name: list_unknown_metrics(metrics)
-- purpose:  Achievements that nobody can earn, because their metric is no file in sql/metrics/.
-- endpoint: flask doctor invariants
-- param:    metrics text[], those that are
-- returns:  rows of code text and metric text
-- index:    none
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    code,
    metric
from achievements
where is_active and metric <> all(cast(:metrics as text[]))
order by code;
