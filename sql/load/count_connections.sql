-- name: count_connections()^
-- purpose:  What the service's connections do at this moment, and the deadlocks so far.
-- endpoint: make perf
-- param:    none
-- returns:  active, idle, deadlocks: bigint; those of this database
-- index:    none
-- budget:   10 ms, twice a second in a load test
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    count(*) filter (where pg_stat_activity.state = 'active') as active,
    count(*) filter (where pg_stat_activity.state <> 'active') as idle,
    (
        select pg_stat_database.deadlocks
        from pg_stat_database
        where pg_stat_database.datname = current_database()
    ) as deadlocks
from pg_stat_activity
where
    pg_stat_activity.datname = current_database()
    and pg_stat_activity.application_name = 'courseapp';
