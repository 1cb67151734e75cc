-- name: record_event(event_id, type)!
-- purpose:  Note that an event of Mux was acted upon, so that its copy is not.
-- endpoint: POST /api/v1/webhooks/mux
-- param:    event_id text, Mux's
-- param:    type text, Mux's
-- returns:  1, or 0 for a copy
-- index:    mux_events_pkey
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new row; a copy that arrives meanwhile waits for it
-- scope:    none
insert into mux_events (id, type)
values (:event_id, :type)
on conflict on constraint mux_events_pkey do nothing;
