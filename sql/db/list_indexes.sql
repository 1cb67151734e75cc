-- name: list_indexes()
-- purpose:  Every index of the schema, as PostgreSQL describes it, and how often it was used.
-- endpoint: flask db verify-indexes
-- param:    none
-- returns:  rows of the class Index of courseapp/indexes.py, by table and name; `key_columns` has
--           one text a column, equal only when column, direction, operators and collation are
-- index:    none
-- budget:   100 ms p95
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    x.relname as index_name,
    t.relname as table_name,
    i.indisunique as is_unique,
    i.indisvalid as is_valid,
    s.idx_scan as scans,
    pg_get_indexdef(i.indexrelid) as definition,
    array(
        select
            concat_ws(
                ' ',
                pg_get_indexdef(i.indexrelid, k, true),
                i.indoption[k - 1],
                i.indclass[k - 1],
                i.indcollation[k - 1]
            )
        from generate_series(1, i.indnkeyatts) as k
        order by k
    ) as key_columns,
    p.index_relid is not null as is_being_built,
    -- Whole rows in order and nothing else: what another index can stand in for.
    (
        am.amname = 'btree'
        and i.indpred is null
        and i.indexprs is null
        and i.indnatts = i.indnkeyatts
    ) as is_plain,
    pg_relation_size(i.indexrelid) as size_bytes
from pg_index as i
inner join pg_class as x on i.indexrelid = x.oid
inner join pg_class as t on i.indrelid = t.oid
inner join pg_namespace as n on t.relnamespace = n.oid
inner join pg_am as am on x.relam = am.oid
left join pg_stat_all_indexes as s on i.indexrelid = s.indexrelid
left join pg_stat_progress_create_index as p on i.indexrelid = p.index_relid
where n.nspname = current_schema()
order by t.relname, x.relname;
