-- The roles stay: they belong to the whole server, and other databases may use them.
alter default privileges in schema public
revoke all on tables from courseapp_service, courseapp_readonly;
revoke all on all tables in schema public from courseapp_service, courseapp_readonly;
revoke all on schema public from courseapp_service, courseapp_readonly;
