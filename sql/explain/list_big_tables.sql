-- name: list_big_tables()
-- purpose:  The tables that no request may read from end to end.
-- endpoint: flask db explain
-- param:    none
-- returns:  rows of name text, rows bigint as of the last analyze; those of 5,000 rows and more,
--           and with -1 those never analysed that may have as many
-- index:    none
-- budget:   10 ms p95
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    relname as name,
    reltuples::bigint as rows
from pg_class
where
    relkind = 'r'
    and relnamespace = current_schema()::regnamespace
    -- The narrowest rows have 40 bytes.
    and (reltuples >= 5000 or (reltuples < 0 and pg_relation_size(oid) >= 5000 * 40))
order by relname;
