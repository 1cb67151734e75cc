-- name: store_status_list(list_id, credential, seen_at)!
-- purpose:  Publish which certificates do not count any more.
-- endpoint: job publish_status_list, job render_certificate, job publish_status_lists
-- param:    list_id bigint, of 131,072 ids of certificates each
-- param:    credential text, signed
-- param:    seen_at timestamptz, as of when it is; one that is newer stays
-- returns:  the number of lists stored, 0 or 1
-- index:    credential_status_lists_pkey
-- budget:   5 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the row
-- scope:    none
insert into credential_status_lists as l (id, credential, made_at)
values (:list_id, :credential, :seen_at)
on conflict on constraint credential_status_lists_pkey do update
    set
        credential = excluded.credential,
        made_at = excluded.made_at
    where l.made_at < excluded.made_at;
