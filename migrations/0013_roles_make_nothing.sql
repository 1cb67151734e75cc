-- depends: 0012_user_achievements_index
-- courseapp_service and courseapp_readonly shall make nothing, not even what PostgreSQL lets
-- everybody make: temporary tables and, in a cluster that was upgraded from PostgreSQL 14 or
-- older, tables in the schema public. The owner of the database keeps both.
revoke create on schema public from public;

do $$
begin
    execute format('revoke temporary on database %I from public', current_database());
    -- Who owns neither the schema nor the database can take nothing back, and gets no error.
    if has_schema_privilege('courseapp_service', 'public', 'create')
        or has_database_privilege('courseapp_service', current_database(), 'temporary')
    then
        raise insufficient_privilege using message = format(
            'courseapp_service may still create tables or temporary tables. Ask a DBA to run, '
            'in this database: '
            'grant create on schema public to %1$I; '
            'grant temporary on database %2$I to %1$I; '
            'revoke create on schema public from public, courseapp_service; '
            'revoke temporary on database %2$I from public, courseapp_service;',
            current_user, current_database()
        );
    end if;
end $$;
