-- name: drop_keys()!
-- purpose:  Take the keys and indexes off the tables that get millions of rows, and remember them.
-- endpoint: flask seed load
-- param:    none
-- returns:  nothing; create_next_key puts one back
-- index:    none
-- budget:   500 ms, once
-- cache:    none
-- drops:    none
-- locks:    the tables, until the transaction ends: nobody sees them without keys, and whatever
--           interrupts it leaves them as they were
-- scope:    none
-- Ten million rows one by one into twelve indexes and six foreign keys take ten minutes.
do $$
declare
    key record;
begin
    create temporary table load_key on commit drop as
    select
        row_number() over (order by k.is_foreign, k.table_name, k.name) as place,
        k.*
    from (
        select
            c.conrelid::regclass::text as table_name,
            quote_ident(c.conname) as name,
            c.contype = 'f' as is_foreign,
            'alter table ' || c.conrelid::regclass::text || ' add constraint '
            || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid) as definition
        from pg_constraint as c
        where c.contype in ('p', 'u', 'f')
            and c.conrelid in (
                'enrollments'::regclass, 'lesson_progress'::regclass,
                'points_history'::regclass, 'user_activity_days'::regclass
            )
        union all
        select
            i.indrelid::regclass::text,
            i.indexrelid::regclass::text,
            false,
            pg_get_indexdef(i.indexrelid)
        from pg_index as i
        where i.indrelid in (
                'enrollments'::regclass, 'lesson_progress'::regclass,
                'points_history'::regclass, 'user_activity_days'::regclass
            )
            and not exists (
                select from pg_constraint as c where c.conindid = i.indexrelid
            )
    ) as k;

    for key in select * from load_key order by place desc loop
        if starts_with(key.definition, 'alter table') then
            execute 'alter table ' || key.table_name || ' drop constraint ' || key.name;
        else
            execute 'drop index ' || key.name;
        end if;
    end loop;
end
$$;
