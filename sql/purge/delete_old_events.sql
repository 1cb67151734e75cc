-- name: delete_old_events(batch)!
-- purpose:  Forget some of the events that Mux cannot send again: it tries for a day.
-- endpoint: job purge
-- param:    batch bigint, how many at most
-- returns:  the number of events forgotten
-- index:    idx_mux_events_created_at
-- budget:   50 ms p95, warm, 5,000 events
-- cache:    none
-- drops:    none
-- locks:    the deleted rows
-- scope:    none
-- By their places: with statistics that say that the table is empty, a join takes for ever and
-- deletes more than a batch.
with old as materialized (
    select e.ctid as place
    from mux_events as e
    where e.created_at < now() - interval '7 days'
    order by e.created_at
    limit :batch
    for update skip locked
)

delete from mux_events
where ctid = any(array(select old.place from old));
