-- name: list_status_lists()$
-- purpose:  Which status lists there are, to sign them anew.
-- endpoint: job publish_status_lists
-- param:    none
-- returns:  bigint[], their ids
-- index:    none
-- budget:   5 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select coalesce(array_agg(l.id order by l.id), '{}')
from credential_status_lists as l;
