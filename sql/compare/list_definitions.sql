-- name: list_definitions()
-- purpose:  Everything of the schema whose difference could make a statement faster or slower.
-- endpoint: make perf-compare
-- param:    none
-- returns:  rows of kind, table_name, name, definition: text
-- index:    none
-- budget:   1 s, once
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    'index' as kind,
    i.indrelid::regclass::text as table_name,
    c.relname::text as name,
    pg_get_indexdef(i.indexrelid) as definition
from pg_index as i
inner join pg_class as c on i.indexrelid = c.oid
where c.relnamespace = current_schema()::regnamespace
union all
select
    'constraint',
    conrelid::regclass::text,
    conname::text,
    pg_get_constraintdef(oid)
from pg_constraint
where connamespace = current_schema()::regnamespace and conrelid <> 0
union all
select
    'column',
    a.attrelid::regclass::text,
    a.attname::text,
    concat_ws(
        ' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
        pg_get_expr(d.adbin, d.adrelid), a.attstattarget
    )
from pg_attribute as a
inner join pg_class as c on a.attrelid = c.oid
left join pg_attrdef as d on a.attrelid = d.adrelid and a.attnum = d.adnum
where
    c.relnamespace = current_schema()::regnamespace
    and c.relkind = 'r'
    and a.attnum > 0
    and not a.attisdropped
union all
select
    'table',
    oid::regclass::text,
    relname::text,
    array_to_string(reloptions, ' ')
from pg_class
where relnamespace = current_schema()::regnamespace and relkind in ('r', 'v', 'm', 'p')
union all
select
    'trigger',
    tgrelid::regclass::text,
    tgname::text,
    pg_get_triggerdef(oid)
from pg_trigger
where not tgisinternal
union all
select
    'setting',
    '',
    coalesce(r.setrole::regrole::text, 'everybody'),
    array_to_string(r.setconfig, ' ')
from pg_db_role_setting as r
inner join pg_database as d on r.setdatabase = d.oid
where d.datname = current_database()
order by kind, table_name, name;
