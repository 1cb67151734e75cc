-- name: get_status_list(list_id)$
-- purpose:  A status list, as it was signed.
-- endpoint: GET /api/v1/credentials/status/<list_id>, job render_certificate
-- param:    list_id bigint, from the path
-- returns:  text, or no row when no certificate of that range was ever made into a credential
-- index:    none
-- budget:   2 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
-- Of few rows it reads all.
select l.credential
from credential_status_lists as l
where l.id = :list_id;
