-- name: list_applied_migrations()
-- purpose:  The migrations that this database has, to know whether this version can serve on it.
-- endpoint: GET /readyz, flask db status, flask db rollback
-- param:    none
-- returns:  rows of migration text, applied_at timestamptz; fails with 42P01 (undefined_table)
--           on a database that was never migrated
-- index:    none
-- budget:   1 ms p95
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
-- The migration tool's own table; it keeps UTC without saying so.
select
    migration_id,
    applied_at_utc at time zone 'UTC' as applied_at
from _yoyo_migration
order by migration_id;
