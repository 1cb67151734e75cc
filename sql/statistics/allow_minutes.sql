-- name: allow_minutes()$
-- purpose:  Let the rest of the transaction count for as long as a huge course takes, whatever the
--           connection allows its statements, and with the memory for it: a course of 5 M lessons
--           begun takes 15 s instead of 38 s.
-- endpoint: flask statistics refresh, flask seed load, job refresh_statistics
-- param:    none
-- returns:  nothing of interest
-- index:    none
-- budget:   1 ms p95
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select set_config(name, value, true)
from (values ('statement_timeout', '5min'), ('work_mem', '64MB')) as setting (name, value);
