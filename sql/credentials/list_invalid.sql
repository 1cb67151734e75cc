-- name: list_invalid(list_id)^
-- purpose:  Which of the certificates of a status list do not count any more.
-- endpoint: job publish_status_list, job render_certificate, job publish_status_lists
-- param:    list_id bigint, from 0, of 131,072 ids of certificates each
-- returns:  integer[], their places in the list, from 0, in order, and timestamptz, as of when
-- index:    none
-- budget:   200 ms, a full list
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
-- idx_certificates_id carries it once there are more than a list has; of one list it reads all.
select
    coalesce(array_agg((ct.id - :list_id::bigint * 131072)::integer order by ct.id), '{}'),
    statement_timestamp() as seen_at
from certificates as ct
where
    ct.id >= :list_id::bigint * 131072
    and ct.id < (:list_id::bigint + 1) * 131072
    and (ct.revoked_at is not null or ct.replaced_at is not null);
