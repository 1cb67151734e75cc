-- name: create_service_login()!
-- purpose:  The role as which `make run` serves: a member of courseapp_service, as in production.
-- endpoint: make run, make explain
-- param:    none
-- returns:  nothing
-- index:    none
-- budget:   10 ms, once
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
do $$
begin
    create role courseapp_app login in role courseapp_service;
exception
    when duplicate_object then null;
end $$;
