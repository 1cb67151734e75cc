-- name: get_load(demo_emails)^
-- purpose:  Whether this database has load data, and whose other accounts it has.
-- endpoint: flask seed load
-- param:    demo_emails text[], accounts that flask seed demo makes
-- returns:  jsonb of the sizes that were asked for, or null; whether the tables were vacuumed
--           since; and the number of accounts that neither command has made
-- index:    none
-- budget:   500 ms, once, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select
    (
        select audit_log.details
        from audit_log
        where audit_log.action = 'load_data_added'
        order by audit_log.id desc
        limit 1
    ) as sizes,
    (
        select pg_class.relallvisible > 0
        from pg_class
        where pg_class.oid = 'lesson_progress'::regclass
    ) as is_vacuumed,
    (
        select count(*)
        from users
        where
            users.email not like 'load______@example.com'
            and users.email not like 'loadinstructor__@example.com'
            and users.email <> all(cast(:demo_emails as text[]))
    ) as others;
