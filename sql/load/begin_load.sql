-- name: begin_load()$
-- purpose:  Prepare the session for a load: no time limit, memory for sorts, the same chance each
--           time.
-- endpoint: flask seed load
-- param:    none
-- returns:  nothing of interest
-- index:    none
-- budget:   1 ms, once
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    set_config('statement_timeout', '0', false),
    set_config('work_mem', '256MB', false),
    set_config('maintenance_work_mem', '512MB', false),
    -- The vacuum that comes next marks only what a flushed transaction has written.
    set_config('synchronous_commit', 'on', false),
    -- The same sizes make the same data up to the present moment, as long as PostgreSQL takes the
    -- same plans for it.
    setseed(0.5);
